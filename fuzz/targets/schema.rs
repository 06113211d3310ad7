//! Schemas: values are judged, never with a panic, and twice alike. A line of `----` parts the schema
//! from the values.

#![no_main]

#[path = "../../tests/fuzz/schema.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
