//! The layer of a vector tile (MVT 2.1) whose features are points with texts: written as it comes, field for field.
//!
//! Thousands of incidents each have an id that no other has. A writer for anything looks each up among the values that there are, and
//! keeps a copy for that; here only what repeats is looked up, and nothing is kept but the bytes of the layer.

use foldhash::HashMap;

/// Bytes that a feature and the text that only it has take, about.
const FEATURE_BYTES: usize = 24;
const TEXT_BYTES: usize = 40;

/// Tags of the fields of protocol buffers: the number of the field times eight, and how it is encoded.
mod field {
    pub(super) const TILE_LAYER: u8 = 3 << 3 | BYTES;
    pub(super) const LAYER_NAME: u8 = 1 << 3 | BYTES;
    pub(super) const LAYER_FEATURE: u8 = 2 << 3 | BYTES;
    pub(super) const LAYER_KEY: u8 = 3 << 3 | BYTES;
    pub(super) const LAYER_VALUE: u8 = 4 << 3 | BYTES;
    pub(super) const LAYER_EXTENT: u8 = 5 << 3;
    pub(super) const LAYER_VERSION: u8 = 15 << 3;
    pub(super) const FEATURE_TAGS: u8 = 2 << 3 | BYTES;
    pub(super) const FEATURE_TYPE: u8 = 3 << 3;
    pub(super) const FEATURE_GEOMETRY: u8 = 4 << 3 | BYTES;
    pub(super) const TEXT_VALUE: u8 = 1 << 3 | BYTES;
    const BYTES: u8 = 2;
}

/// The geometry type of points, and the command that moves to one.
const POINT: u8 = 1;
const MOVE_TO_ONE: u32 = 1 | 1 << 3;

const VERSION: u32 = 2;

/// Which of the texts there are.
#[derive(Clone, Copy)]
pub(super) struct TextNumber(u32);

/// See the module.
pub(super) struct PointLayer {
    name: &'static str,
    extent: u32,
    keys: &'static [&'static str],
    features: Vec<u8>,
    values: Vec<u8>,
    texts: u32,
    /// Texts that were given to several features.
    shared: HashMap<Box<str>, TextNumber>,
    /// The tags of the feature that is written.
    tags: Vec<u8>,
}

impl PointLayer {
    /// A layer for about so many points, whose features have these keys.
    pub(super) fn new(name: &'static str, extent: u32, keys: &'static [&'static str], points: usize) -> Self {
        Self {
            name,
            extent,
            keys,
            features: Vec::with_capacity(points * FEATURE_BYTES),
            values: Vec::with_capacity(points * TEXT_BYTES),
            texts: 0,
            shared: HashMap::default(),
            tags: Vec::new(),
        }
    }

    /// A text that no other feature has.
    pub(super) fn own_text(&mut self, text: &str) -> TextNumber {
        let text_bytes = 1 + varint_bytes(text.len()) + text.len();
        self.values.push(field::LAYER_VALUE);
        push_varint(&mut self.values, text_bytes);
        push_bytes(&mut self.values, field::TEXT_VALUE, text.as_bytes());
        self.texts += 1;
        TextNumber(self.texts - 1)
    }

    /// A text that other features may have too.
    pub(super) fn shared_text(&mut self, text: &str) -> TextNumber {
        if let Some(known) = self.shared.get(text) {
            return *known;
        }
        let number = self.own_text(text);
        self.shared.insert(text.into(), number);
        number
    }

    /// A point at these steps of the tile, with the texts of keys by their place in the list.
    pub(super) fn point(&mut self, [x, y]: [i32; 2], texts: impl IntoIterator<Item = (u32, TextNumber)>) {
        self.tags.clear();
        for (key, TextNumber(text)) in texts {
            push_varint(&mut self.tags, key as usize);
            push_varint(&mut self.tags, text as usize);
        }
        let steps = [MOVE_TO_ONE, zigzag(x), zigzag(y)];
        let steps_bytes: usize = steps.iter().map(|step| varint_bytes(*step as usize)).sum();
        let tags_bytes = 1 + varint_bytes(self.tags.len()) + self.tags.len();
        let out = &mut self.features;
        out.push(field::LAYER_FEATURE);
        push_varint(out, tags_bytes + 2 + 1 + varint_bytes(steps_bytes) + steps_bytes);
        push_bytes(out, field::FEATURE_TAGS, &self.tags);
        out.extend_from_slice(&[field::FEATURE_TYPE, POINT, field::FEATURE_GEOMETRY]);
        push_varint(out, steps_bytes);
        steps.into_iter().for_each(|step| push_varint(out, step as usize));
    }

    /// The layer as a part of a tile: the parts of a tile stand one behind the other.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut head = vec![field::LAYER_VERSION];
        push_varint(&mut head, VERSION as usize);
        push_bytes(&mut head, field::LAYER_NAME, self.name.as_bytes());
        head.push(field::LAYER_EXTENT);
        push_varint(&mut head, self.extent as usize);
        for key in self.keys {
            push_bytes(&mut head, field::LAYER_KEY, key.as_bytes());
        }
        let layer_bytes = head.len() + self.features.len() + self.values.len();
        let mut tile = Vec::with_capacity(1 + varint_bytes(layer_bytes) + layer_bytes + BESIDE_POINTS);
        tile.push(field::TILE_LAYER);
        push_varint(&mut tile, layer_bytes);
        for part in [&head, &self.features, &self.values] {
            tile.extend_from_slice(part);
        }
        tile
    }
}

/// Room for the layer that counts, which follows.
const BESIDE_POINTS: usize = 128;

/// Small numbers of either sign as small numbers.
fn zigzag(step: i32) -> u32 {
    (step << 1 ^ step >> 31).cast_unsigned()
}

fn varint_bytes(number: usize) -> usize {
    (usize::BITS - (number | 1).leading_zeros()).div_ceil(7) as usize
}

fn push_varint(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn push_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    push_varint(out, bytes.len());
    out.extend_from_slice(bytes);
}
