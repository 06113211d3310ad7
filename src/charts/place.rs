//! The place in a chart that Helm's words are about.

use crate::failure::Place;
use crate::host::files::{self, Entry};
use regex::Regex;
use std::path::Path;
use std::sync::LazyLock;

/// How Helm names a place: `chart/templates/x.yaml:3:10`, or the file alone.
static TEMPLATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"([^\s():]+?/(?:templates|charts|crds)/[^\s():]+)(?::(\d+))?(?::(\d+))?").ok()
});

/// Returns the template that Helm speaks of, if it is a file of the chart.
// Helm's paths begin with the chart's name, which is not always that of its folder.
pub(super) fn template_place(text: &str, chart: &Path) -> Option<Place> {
    let template = TEMPLATE.as_ref()?;
    template.captures_iter(text).find_map(|found| {
        let (_, within) = found.get(1)?.as_str().split_once('/')?;
        let file = chart.join(within);
        let number = |group| found.get(group).and_then(|number| number.as_str().parse().ok());
        let inside = !within.split('/').any(|part| part == "..");
        let is_there = inside && files::entry(&file) == Entry::File;
        is_there.then(|| Place { file, line: number(2), column: number(3) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_template_that_helm_names() {
        let chart = tempfile::tempdir().unwrap();
        files::write(&chart.path().join("templates/a.yaml"), b"").unwrap();
        let place = |text: &str| {
            let place = template_place(text, chart.path())?;
            let file = place.file.strip_prefix(chart.path()).unwrap().to_owned();
            Some((file.to_string_lossy().into_owned(), place.line, place.column))
        };
        assert_eq!(
            place("Error: execution error at (echo/templates/a.yaml:3:5): no"),
            Some(("templates/a.yaml".to_owned(), Some(3), Some(5)))
        );
        assert_eq!(
            place("Error: parse error at (echo/templates/a.yaml:7): unexpected"),
            Some(("templates/a.yaml".to_owned(), Some(7), None))
        );
        assert_eq!(place("Error: x/templates/b.yaml:1: no such file"), None);
        assert_eq!(place("Error: x/templates/../../a:1: climbing"), None);
    }
}
