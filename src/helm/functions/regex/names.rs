//! The names of Unicode's classes, as Go 1.23 and Go 1.25 know them.

use crate::helm::Profile;
use crate::helm::functions::regex::classes::{CATEGORIES, SCRIPTS};

/// Returns the class of a name as the crate regex writes it.
pub(super) fn class(name: &str, profile: Profile) -> Option<String> {
    match profile {
        Profile::Helm317 => exact(name),
        Profile::Helm41 => loose(name),
    }
}

fn exact(name: &str) -> Option<String> {
    Some(match name {
        "Any" => r"\x{0}-\x{10FFFF}".to_owned(),
        "Cs" => "[a&&b]".to_owned(),
        "C" => r"\p{Cc}\p{Cf}\p{Co}".to_owned(),
        name if CATEGORIES.contains(&name) => format!(r"\p{{gc={name}}}"),
        name if SCRIPTS.contains(&name) => format!(r"\p{{sc={name}}}"),
        _ => return None,
    })
}

/// Looks a name up without regard to case, spaces and signs in it. Scripts whose own names have
/// such signs are then not found any more.
fn loose(name: &str) -> Option<String> {
    let letters: String = name.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).collect();
    let (first, rest) = letters.split_at_checked(1)?;
    let name = first.to_ascii_uppercase() + &rest.to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name.as_str(), |(_, category)| category);
    match name {
        "Ascii" => Some(r"\x{0}-\x{7F}".to_owned()),
        "Assigned" => Some(r"\P{Cn}".to_owned()),
        "Cn" => Some(r"\p{Cn}".to_owned()),
        "LC" | "Lc" => Some(r"\p{Lu}\p{Ll}\p{Lt}".to_owned()),
        "C" => Some(r"\p{Cc}\p{Cf}\p{Co}\p{Cn}".to_owned()),
        name => exact(name),
    }
}

/// Longer names of general categories, with the letters that they stand for.
const ALIASES: &[(&str, &str)] = &[
    ("Other", "C"),
    ("Control", "Cc"),
    ("Cntrl", "Cc"),
    ("Format", "Cf"),
    ("Unassigned", "Cn"),
    ("Privateuse", "Co"),
    ("Surrogate", "Cs"),
    ("Letter", "L"),
    ("Casedletter", "LC"),
    ("Lowercaseletter", "Ll"),
    ("Modifierletter", "Lm"),
    ("Otherletter", "Lo"),
    ("Titlecaseletter", "Lt"),
    ("Uppercaseletter", "Lu"),
    ("Mark", "M"),
    ("Combiningmark", "M"),
    ("Spacingmark", "Mc"),
    ("Enclosingmark", "Me"),
    ("Nonspacingmark", "Mn"),
    ("Number", "N"),
    ("Decimalnumber", "Nd"),
    ("Digit", "Nd"),
    ("Letternumber", "Nl"),
    ("Othernumber", "No"),
    ("Punctuation", "P"),
    ("Punct", "P"),
    ("Connectorpunctuation", "Pc"),
    ("Dashpunctuation", "Pd"),
    ("Closepunctuation", "Pe"),
    ("Finalpunctuation", "Pf"),
    ("Initialpunctuation", "Pi"),
    ("Otherpunctuation", "Po"),
    ("Openpunctuation", "Ps"),
    ("Symbol", "S"),
    ("Currencysymbol", "Sc"),
    ("Modifiersymbol", "Sk"),
    ("Mathsymbol", "Sm"),
    ("Othersymbol", "So"),
    ("Separator", "Z"),
    ("Lineseparator", "Zl"),
    ("Paragraphseparator", "Zp"),
    ("Spaceseparator", "Zs"),
];
