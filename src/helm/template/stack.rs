//! Recursion that is as deep as a chart asks for.

// A frame of ours may take this much before it asks again; the guard page is never in question.
const RED_ZONE: usize = 128 << 10;
const SEGMENT: usize = 2 << 20;

/// Runs something that may recurse, on a stack that grows where the present one ends.
pub fn deeply<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RED_ZONE, SEGMENT, run)
}
