//! Logging commands: lines that the agent acts on.

/// Whether the agent turns `%AZP25` back into `%`, which the variable `DECODE_PERCENTS` can forbid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percents {
    /// It does: the default since 2021.
    Decoded,
    /// It does not.
    Kept,
}

/// Returns the line of a command; properties without a value are left out.
pub fn command(name: &str, properties: &[(&str, &str)], data: &str, percents: Percents) -> String {
    let given: Vec<String> = properties
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", property(value, percents)))
        .collect();
    // No blank may stand before a key: the agent would take it for a part of the name.
    let separator = if given.is_empty() { "" } else { " " };
    format!("##vso[{name}{separator}{}]{}", given.join(";"), escaped(data, percents))
}

fn property(value: &str, percents: Percents) -> String {
    escaped(value, percents).replace(']', "%5D").replace(';', "%3B")
}

fn escaped(text: &str, percents: Percents) -> String {
    // First, so that the escapes below stay as they are.
    let text = match percents {
        Percents::Decoded => text.replace('%', "%AZP25"),
        Percents::Kept => text.to_owned(),
    };
    text.replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_the_agent_reads_them() {
        let line = command(
            "task.logissue",
            &[("type", "error"), ("code", ""), ("sourcepath", "a];b%\n.yaml")],
            "50% of a;b]\r\nc",
            Percents::Decoded,
        );
        assert_eq!(
            line,
            "##vso[task.logissue type=error;sourcepath=a%5D%3Bb%AZP25%0A.yaml]50%AZP25 of a;b]%0D%0Ac"
        );
    }

    #[test]
    fn percents_stay_where_the_agent_does_not_decode_them() {
        assert_eq!(command("task.debug", &[], "50%", Percents::Kept), "##vso[task.debug]50%");
    }
}
