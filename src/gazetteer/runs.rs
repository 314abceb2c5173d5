//! Sorting more keys than memory should hold: sorted runs in files, merged while they are read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};

/// Where what does not fit into memory goes.
pub trait Scratch {
    /// An empty file that nobody else uses; it goes away by itself.
    type File: Read + Write + Seek;

    /// Gives one.
    ///
    /// # Errors
    /// There is no room, or no right to write.
    fn file(&self) -> io::Result<Self::File>;
}

/// No files: everything stays in memory.
#[derive(Debug, Clone, Copy)]
pub struct InMemory;

impl Scratch for InMemory {
    type File = Cursor<Vec<u8>>;

    fn file(&self) -> io::Result<Self::File> {
        Ok(Cursor::default())
    }
}

/// Bytes of keys and values that are sorted in memory; more go to a file.
pub(super) const USUAL_RUN_BYTES: usize = 256 << 20;

/// A key with its value. Values of one key come out in the order of their bytes.
const VALUE_BYTES: usize = 8;

/// The bytes that go with a key.
pub(super) type Value = [u8; VALUE_BYTES];

/// Keys with values, taken in any order and given back sorted.
pub(super) struct Runs<'s, S: Scratch> {
    scratch: &'s S,
    run_bytes: usize,
    keys: Vec<u8>,
    items: Vec<Item>,
    spilled: Vec<S::File>,
}

/// Where a key of the run in memory lies.
struct Item {
    start: u32,
    length: u16,
    value: Value,
}

impl<'s, S: Scratch> Runs<'s, S> {
    /// Nothing yet. `run_bytes` is how much is sorted in memory at once, `scratch` gives files for the rest.
    pub(super) fn new(run_bytes: usize, scratch: &'s S) -> Self {
        Self { scratch, run_bytes, keys: Vec::new(), items: Vec::new(), spilled: Vec::new() }
    }

    /// Takes a key; one longer than 65,535 bytes is no name and is left out.
    pub(super) fn push(&mut self, key: &[u8], value: Value) -> io::Result<()> {
        let Ok(length) = u16::try_from(key.len()) else { return Ok(()) };
        let used = self.keys.len() + self.items.len() * size_of::<Item>();
        if used + key.len() > self.run_bytes.min(u32::MAX as usize) && !self.items.is_empty() {
            self.spill()?;
        }
        self.items.push(Item { start: self.keys.len() as u32, length, value });
        self.keys.extend_from_slice(key);
        Ok(())
    }

    fn sort(&mut self) {
        let keys = &self.keys;
        let key = |item: &Item| &keys[item.start as usize..][..item.length as usize];
        self.items.sort_unstable_by(|a, b| (key(a), a.value).cmp(&(key(b), b.value)));
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let mut file = BufWriter::new(self.scratch.file()?);
        for item in &self.items {
            file.write_all(&item.length.to_le_bytes())?;
            file.write_all(&self.keys[item.start as usize..][..item.length as usize])?;
            file.write_all(&item.value)?;
        }
        self.spilled.push(file.into_inner().map_err(io::IntoInnerError::into_error)?);
        self.items.clear();
        self.keys.clear();
        Ok(())
    }

    /// Gives every key with its value, in the order of both, to `visit`.
    pub(super) fn merge(mut self, mut visit: impl FnMut(&[u8], Value) -> io::Result<()>) -> io::Result<()> {
        if self.spilled.is_empty() {
            self.sort();
            return self
                .items
                .iter()
                .try_for_each(|item| visit(&self.keys[item.start as usize..][..item.length as usize], item.value));
        }
        self.spill()?;
        (self.keys, self.items) = (Vec::new(), Vec::new());
        let mut runs = Vec::new();
        let mut heads = BinaryHeap::new();
        for (number, mut file) in self.spilled.into_iter().enumerate() {
            file.seek(SeekFrom::Start(0))?;
            let mut run = BufReader::with_capacity(1 << 20, file);
            heads.extend(next(&mut run)?.map(|(key, value)| Reverse((key, value, number))));
            runs.push(run);
        }
        while let Some(Reverse((key, value, number))) = heads.pop() {
            visit(&key, value)?;
            heads.extend(next(&mut runs[number])?.map(|(key, value)| Reverse((key, value, number))));
        }
        Ok(())
    }
}

fn next(run: &mut impl Read) -> io::Result<Option<(Vec<u8>, Value)>> {
    let mut length = [0; 2];
    match run.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut key = vec![0; u16::from_le_bytes(length).into()];
    let mut value = Value::default();
    run.read_exact(&mut key)?;
    run.read_exact(&mut value)?;
    Ok(Some((key, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_on_disk_come_out_as_one_sort_in_memory_would_give_them(
            keys in proptest::collection::vec(("[абв]{0,4}", any::<[u8; 8]>()), 0..200), run_bytes in 1usize..2000,
        ) {
            let mut runs = Runs::new(run_bytes, &InMemory);
            for (key, value) in &keys {
                runs.push(key.as_bytes(), *value).unwrap();
            }
            let mut merged = Vec::new();
            runs.merge(|key, value| { merged.push((key.to_vec(), value)); Ok(()) }).unwrap();
            let mut sorted: Vec<_> = keys.into_iter().map(|(key, value)| (key.into_bytes(), value)).collect();
            sorted.sort();
            prop_assert_eq!(merged, sorted);
        }
    }
}
