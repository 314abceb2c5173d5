//! Writes small OpenStreetMap extracts for tests: the wire format of protobuf by hand, one block, nothing compressed.

/// A node: id, longitude, latitude, tags.
pub type Node<'a> = (i64, f64, f64, &'a [(&'a str, &'a str)]);
/// A way: id, node ids, tags.
pub type Way<'a> = (i64, &'a [i64], &'a [(&'a str, &'a str)]);

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn zigzag(value: i64) -> Vec<u8> {
    varint(((value << 1) ^ (value >> 63)) as u64)
}

fn number(field: u64, value: Vec<u8>) -> Vec<u8> {
    [varint(field << 3), value].concat()
}

fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

fn block(kind: &str, content: &[u8]) -> Vec<u8> {
    let blob = bytes(1, content);
    let header = [bytes(1, kind.as_bytes()), number(3, varint(blob.len() as u64))].concat();
    [(header.len() as u32).to_be_bytes().to_vec(), header, blob].concat()
}

/// An extract with these objects.
pub fn extract(nodes: &[Node], ways: &[Way]) -> Vec<u8> {
    let mut strings: Vec<String> = vec![String::new()];
    let mut tags_of = |tags: &[(&str, &str)]| {
        let mut index = |text: &str| {
            let at = strings.iter().position(|known| known == text).unwrap_or_else(|| {
                strings.push(text.to_owned());
                strings.len() - 1
            });
            varint(at as u64)
        };
        let keys: Vec<u8> = tags.iter().flat_map(|(key, _)| index(key)).collect();
        let values: Vec<u8> = tags.iter().flat_map(|(_, value)| index(value)).collect();
        [bytes(2, &keys), bytes(3, &values)].concat()
    };
    let tenth_micro = |degrees: f64| (degrees * 1e7).round() as i64;
    let nodes: Vec<u8> = nodes
        .iter()
        .flat_map(|(id, lon, lat, tags)| {
            let position = [number(8, zigzag(tenth_micro(*lat))), number(9, zigzag(tenth_micro(*lon)))].concat();
            bytes(1, &[number(1, zigzag(*id)), tags_of(tags), position].concat())
        })
        .collect();
    let ways: Vec<u8> = ways
        .iter()
        .flat_map(|(id, refs, tags)| {
            let mut before = 0;
            let deltas: Vec<u8> = refs.iter().flat_map(|id| zigzag(id - std::mem::replace(&mut before, *id))).collect();
            bytes(3, &[number(1, varint(*id as u64)), tags_of(tags), bytes(8, &deltas)].concat())
        })
        .collect();
    let table: Vec<u8> = strings.iter().flat_map(|text| bytes(1, text.as_bytes())).collect();
    let primitives = [bytes(1, &table), bytes(2, &nodes), bytes(2, &ways)].concat();
    [block("OSMHeader", &bytes(4, b"OsmSchema-V0.6")), block("OSMData", &primitives)].concat()
}
