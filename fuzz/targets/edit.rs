//! `set --preserve`: the edited text says what was asked for, or the edit is refused.

#![no_main]

#[path = "../../tests/fuzz/edit.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
