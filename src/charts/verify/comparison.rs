//! Where two outputs differ, but for what is random.

/// How an output compares with what Helm gives for the same chart, time after time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// It is what Helm gives.
    Equal,
    /// It differs where Helm differs from itself.
    Random,
    /// It differs elsewhere.
    Different {
        /// The number of the line, from 1.
        line: usize,
        /// What Helm has there.
        helm: String,
        /// What the engine has there.
        engine: String,
    },
}

/// Compares an output with those that Helm gives.
pub(super) fn compare(ours: &[u8], helm: &[Vec<u8>]) -> Comparison {
    if helm.iter().any(|helm| helm == ours) {
        return Comparison::Equal;
    }
    let outputs: Vec<Vec<&[u8]>> = helm.iter().map(|output| lines(output)).collect();
    let (ours, Some((first, others))) = (lines(ours), outputs.split_first()) else {
        return Comparison::Equal;
    };
    let length = first.len();
    let found = if ours.len() == length && others.iter().all(|other| other.len() == length) {
        line_by_line(&ours, first, others)
    } else {
        around_a_gap(&ours, first, others)
    };
    match found {
        None => Comparison::Random,
        Some(place) => {
            let text = |lines: &[&[u8]]| match lines.get(place) {
                Some(line) => String::from_utf8_lossy(line).trim_end_matches('\n').to_owned(),
                None => "(the end)".to_owned(),
            };
            Comparison::Different { line: place + 1, helm: text(first), engine: text(&ours) }
        }
    }
}

fn lines(output: &[u8]) -> Vec<&[u8]> {
    output.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Returns the first line that differs, of those that are always the same.
fn line_by_line(ours: &[&[u8]], first: &[&[u8]], others: &[Vec<&[u8]>]) -> Option<usize> {
    let is_fixed = |place: usize| others.iter().all(|other| other.get(place) == first.get(place));
    (0..first.len()).find(|place| ours.get(*place) != first.get(*place) && is_fixed(*place))
}

/// Returns the first line that differs of those before and behind all that is random, where that has
/// not always as many lines.
fn around_a_gap(ours: &[&[u8]], first: &[&[u8]], others: &[Vec<&[u8]>]) -> Option<usize> {
    let least = |counts: &mut dyn Iterator<Item = usize>| counts.min().unwrap_or(first.len());
    let before = least(&mut others.iter().map(|other| alike_before(first, other)));
    let behind = least(&mut others.iter().map(|other| alike_behind(first, other)));
    let place = alike_before(ours, first);
    if place < before {
        return Some(place);
    }
    let is_same = alike_behind(ours, first) >= behind.min(first.len() - before)
        && before < first.len()
        && others.iter().any(|other| other.as_slice() != first);
    (!is_same).then_some(place)
}

fn alike_before(one: &[&[u8]], other: &[&[u8]]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

fn alike_behind(one: &[&[u8]], other: &[&[u8]]) -> usize {
    one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: &str, helm: &[&str], expected: &Comparison) {
        let helm: Vec<_> = helm.iter().map(|output| output.as_bytes().to_vec()).collect();
        assert_eq!(compare(ours.as_bytes(), &helm), *expected, "{ours:?}");
    }

    fn different(line: usize, helm: &str, engine: &str) -> Comparison {
        Comparison::Different { line, helm: helm.to_owned(), engine: engine.to_owned() }
    }

    #[test]
    fn what_helm_changes_itself_is_random() {
        check("a\nb\n", &["a\nb\n", "a\nb\n"], &Comparison::Equal);
        check("a\n3\nb\n", &["a\n1\nb\n", "a\n2\nb\n"], &Comparison::Random);
        check("a\n3\nc\n", &["a\n1\nb\n", "a\n2\nb\n"], &different(3, "b", "c"));
        check("a\nc\n", &["a\nb\n", "a\nb\n"], &different(2, "b", "c"));
        check("a", &["a\n", "a\n"], &different(1, "a", "a"));
    }

    #[test]
    fn what_is_random_may_have_other_lines() {
        let helm = ["a\n1\nb\n", "a\n2\n4\nb\n"];
        check("a\n1\n2\n3\nb\n", &helm, &Comparison::Random);
        check("a\n1\n2\n3\nc\n", &helm, &different(3, "b", "2"));
        check("c\n1\n2\n3\nb\n", &helm, &different(1, "a", "c"));
        check("a\nb\nc\n", &["a\nb\n", "a\nb\n"], &different(3, "(the end)", "c"));
        check("a\n", &["a\nb\n", "a\nb\n"], &different(2, "b", "(the end)"));
    }
}
