//! What kinds of values Go's reflection tells apart.

use std::fmt;

/// How many bits a whole number has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// As many as the machine prefers, which are 64: Go's `int` and `uint`.
    Native,
    /// 8.
    Bits8,
    /// 16.
    Bits16,
    /// 32.
    Bits32,
    /// 64.
    Bits64,
}

/// What Go's reflection calls the kind of a value; `Display` gives the word that `kindOf` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No value at all.
    Invalid,
    /// A truth value.
    Bool,
    /// A whole number with a sign.
    Int(Width),
    /// A whole number without a sign.
    Uint(Width),
    /// A `float64`.
    Float,
    /// A `complex128`.
    Complex,
    /// A text.
    String,
    /// A list.
    Slice,
    /// A table.
    Map,
    /// A record with named fields.
    Struct,
    /// A pointer to a record.
    Pointer,
    /// A function.
    Func,
    /// A place that holds values of any type.
    Interface,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Invalid => "invalid",
            Self::Bool => "bool",
            Self::Int(width) => return write!(formatter, "int{width}"),
            Self::Uint(width) => return write!(formatter, "uint{width}"),
            Self::Float => "float64",
            Self::Complex => "complex128",
            Self::String => "string",
            Self::Slice => "slice",
            Self::Map => "map",
            Self::Struct => "struct",
            Self::Pointer => "ptr",
            Self::Func => "func",
            Self::Interface => "interface",
        };
        formatter.write_str(name)
    }
}

impl fmt::Display for Width {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Native => "",
            Self::Bits8 => "8",
            Self::Bits16 => "16",
            Self::Bits32 => "32",
            Self::Bits64 => "64",
        })
    }
}
