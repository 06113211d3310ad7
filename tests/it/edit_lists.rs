//! What holds when subcomponents are added to and removed from a file that stays as it is.

use std::collections::BTreeSet;

use fabrikate_gitops::edit::file::{Format, Target};
use fabrikate_gitops::edit::{Component, Style, list};

use crate::it::yaml_properties::Chance;

/// A component file, and the lines of each of its subcomponents by their names.
struct File {
    text: String,
    items: Vec<(String, Vec<String>)>,
}

const NAMES: &[&str] = &["a", "b", "y", "it's", "c d", "1"];

fn file(chance: &mut Chance) -> File {
    let newline = *chance.one_of(&["\n", "\n", "\n", "\r\n"]);
    let (indent, gap) = (*chance.one_of(&["", "  "]), *chance.one_of(&[" ", "   "]));
    let mut lines = vec!["# head".to_owned(), "name: root # root".to_owned()];
    let mut items = Vec::new();
    let first = chance.below(NAMES.len());
    let names = NAMES.iter().cycle().skip(first).take(chance.below(4)).collect::<Vec<_>>();
    let is_flow = chance.below(4) == 0;
    if !names.is_empty() || chance.below(2) == 0 {
        lines.push(format!("subcomponents:{}", if names.is_empty() { " []" } else { "" }));
    }
    for name in names {
        let quoted = if *name == "it's" { "\"it's\"" } else { name };
        lines.push(format!("{indent}# above {name}"));
        let own = if is_flow {
            vec![format!("{indent}-{gap}{{name: {quoted}, source: s}}")]
        } else {
            let deeper = format!("{indent} {}", " ".repeat(gap.len()));
            let mut own = vec![format!("{indent}-{gap}name: {quoted}")];
            let more = ["source: s", "branch: x", "unknown: [kept]", "path: >-\n  p\n  q"];
            for field in more.iter().take(chance.below(5)) {
                own.extend(field.lines().map(|line| format!("{deeper}{line}")));
            }
            if chance.below(3) == 0 {
                own.push(format!("{deeper}hooks: {{before-install: [echo]}}"));
            }
            own
        };
        lines.extend(own.iter().cloned());
        items.push(((*name).to_owned(), own));
    }
    lines.extend(["# foot".to_owned(), "version: \"1\" # version".to_owned()]);
    File { text: lines.join(newline) + newline, items }
}

fn target(text: &str, format: Format) -> Target {
    Target { path: "component.yaml".into(), format, content: Some(text.as_bytes().to_vec()) }
}

fn read(text: &[u8], format: Format) -> Component {
    format.read(text, Component::read, Component::read).expect("a component")
}

/// Asserts that every line is still there, in its order, but for those of some items.
fn assert_lines(file: &File, new: &str, gone: &[&str]) {
    let gone: Vec<&String> = file
        .items
        .iter()
        .filter(|(name, _)| gone.contains(&name.as_str()))
        .flat_map(|(_, lines)| lines)
        .collect();
    let key = file.text.lines().filter(|line| line.starts_with("subcomponents"));
    let key: Vec<&str> = key.collect();
    let mut rest = new.lines();
    for line in file.text.lines() {
        let may_go = key.contains(&line) || gone.iter().any(|gone| *gone == line);
        assert!(may_go || rest.any(|new| new == line), "{line}\n{}\n-----\n{new}", file.text);
    }
}

fn added(name: &str) -> Component {
    let text = str::to_owned;
    let (kind, source, method) = (text("component"), text("new"), text("git"));
    Component {
        name: text(name),
        kind,
        source,
        method,
        branch: text("master"),
        ..Component::default()
    }
}

#[test]
fn an_added_component_takes_its_place_or_the_last_one() {
    for seed in 0..2_000 {
        let mut chance = Chance(seed);
        let file = file(&mut chance);
        let name = *chance.one_of(NAMES);
        let target = target(&file.text, Format::Yaml);
        let mut expected = read(file.text.as_bytes(), Format::Yaml);
        let new = list::with(&target, &added(name), ("", Style::Preserving)).expect("an edit");
        match expected.subcomponents.iter_mut().find(|known| known.name == name) {
            Some(known) => *known = added(name),
            None => expected.subcomponents.push(added(name)),
        }
        assert_eq!(read(&new, Format::Yaml), expected, "{}", file.text);
        assert_lines(&file, &String::from_utf8(new).expect("UTF-8"), &[name]);
    }
}

#[test]
fn removed_components_take_their_lines_along() {
    for seed in 0..2_000 {
        let mut chance = Chance(seed);
        let file = file(&mut chance);
        let names: Vec<&str> = (0..chance.below(4)).map(|_| *chance.one_of(NAMES)).collect();
        let gone: BTreeSet<&str> = names.iter().copied().collect();
        let target = target(&file.text, Format::Yaml);
        let mut expected = read(file.text.as_bytes(), Format::Yaml);
        expected.subcomponents.retain(|known| !gone.contains(known.name.as_str()));
        let new = list::without(&target, &gone, Style::Preserving).expect("an edit");
        assert_eq!(read(&new, Format::Yaml), expected, "{}", file.text);
        let is_all = expected.subcomponents.is_empty() && !file.items.is_empty();
        // The comments between items that are all gone go with them.
        if !is_all {
            assert_lines(&file, &String::from_utf8(new).expect("UTF-8"), &names);
        }
    }
}

#[test]
fn lists_of_json_and_in_brackets_keep_their_layout() {
    let json = |pretty: bool, names: &[&str]| {
        let items: Vec<_> = names.iter().map(|name| serde_json::json!({ "name": name })).collect();
        let file = serde_json::json!({ "name": "root", "Subcomponents": items, "other": 1 });
        if pretty { serde_json::to_string_pretty(&file).expect("JSON") } else { file.to_string() }
    };
    for seed in 0..1_000 {
        let mut chance = Chance(seed);
        let first = chance.below(NAMES.len());
        let names = NAMES.iter().cycle().skip(first).take(chance.below(5));
        let names: Vec<&str> = names.copied().collect();
        let is_gone = |name: &&str| name.len() % 2 == usize::from(seed % 2 == 0);
        let gone: BTreeSet<&str> = names.iter().copied().filter(is_gone).collect();
        let left: Vec<&str> = names.iter().copied().filter(|name| !is_gone(name)).collect();
        let pretty = chance.below(2) == 0;
        let format = *chance.one_of(&[Format::Json, Format::Yaml]);
        let old = target(&json(pretty, &names).replace("Subc", "subc"), format);
        let new = list::without(&old, &gone, Style::Preserving).expect("an edit");
        let new = String::from_utf8(new).expect("UTF-8");
        assert_eq!(
            new.replace(", ", ","),
            json(pretty, &left).replace("Subc", "subc"),
            "{names:?}"
        );
        let put = list::with(&old, &added("new"), ("", Style::Preserving)).expect("an edit");
        assert_eq!(read(&put, format).subcomponents.len(), names.len() + 1);
    }
}
