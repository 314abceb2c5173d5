//! The memory of the process.

/// Gives memory that is free back to the system. After much was made and dropped again, as when a gazetteer is compiled or a snapshot
/// made, the allocator would keep it for a thread that has ended.
#[expect(unsafe_code, reason = "the allocator has no other interface")]
pub fn give_back() {
    // SAFETY: it takes no pointer and may be called by any thread at any time.
    unsafe { libmimalloc_sys::mi_collect(true) };
}

/// Milliseconds after which the allocator of a server gives back what is free; its own choice is a second. An answer that follows at once
/// still gets the memory of the one before.
const SERVER_GIVES_BACK_MS: std::ffi::c_long = 10;

/// The number of that choice in mimalloc, where its bindings have no name for it: `mi_option_purge_delay`.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Keeps the memory of a server near what it needs: it runs for long, and answers come and go on many threads. Without huge pages, for one
/// of these stays whole while a few bytes of its 2 MiB are in use, and what is free goes back soon. An import, which wants the speed and
/// ends soon, does neither.
#[expect(unsafe_code, reason = "the allocator has no other interface")]
pub fn keep_small() {
    // A system that has no such choice, or forbids it, has it as it wants.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    // SAFETY: it takes no pointer and may be called by any thread at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, SERVER_GIVES_BACK_MS) };
}

/// Bytes that stay for long in memory of their own, when they are many: it goes back to the system as soon as nobody has them any more.
/// What the allocator gives shares its pages with what came and went beside it, and stays as long as any of these does.
pub struct Apart(memmap2::MmapMut);

/// Bytes from which memory of their own pays: several pages, of which the last is half empty.
const LEAST_APART: usize = 32 * 1024;

impl Apart {
    /// A copy of these bytes; `None` when they are few, or the system gives no memory of their own for them.
    #[must_use]
    pub fn copy(bytes: &[u8]) -> Option<Self> {
        let mut map = (bytes.len() >= LEAST_APART).then(|| memmap2::MmapMut::map_anon(bytes.len()).ok()).flatten()?;
        map.copy_from_slice(bytes);
        Some(Self(map))
    }
}

impl AsRef<[u8]> for Apart {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
