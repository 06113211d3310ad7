//! The word that somebody most likely meant.

/// Returns the candidate that is most like a text, if one is like it at all.
pub fn nearest<'a>(text: &str, candidates: &'a [String]) -> Option<&'a str> {
    let text = text.to_lowercase();
    let distance =
        |candidate: &&String| strsim::damerau_levenshtein(&text, &candidate.to_lowercase());
    let nearest = candidates.iter().min_by_key(distance)?;
    (distance(&nearest) <= 1 + text.chars().count() / 4).then_some(nearest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_like_the_text_is_near() {
        let words = ["prod", "test", "staging"].map(str::to_owned);
        assert_eq!(nearest("porduction", &words), None);
        assert_eq!(nearest("Pord", &words), Some("prod"));
        assert_eq!(nearest("stagin", &words), Some("staging"));
        assert_eq!(nearest("x", &[]), None);
    }
}
