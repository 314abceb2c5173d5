//! The memory of the process.

/// Gives memory that is free back to the system. After much was made and dropped again, as when a gazetteer is compiled or a snapshot
/// made, the allocator would keep it for a thread that has ended.
#[expect(unsafe_code, reason = "the allocator has no other interface")]
pub fn give_back() {
    // SAFETY: it takes no pointer and may be called by any thread at any time.
    unsafe { libmimalloc_sys::mi_collect(true) };
}
