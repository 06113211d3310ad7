//! Tells texts that go-yaml takes for points in time.

/// Tells whether `text` is a point in time, as Go's `time.Parse` reads the four forms that
/// go-yaml v2.2.1 hands to it.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    if year.len() != 4 {
        return false;
    }
    let Some((date, rest)) = year_month_day(year, rest) else {
        return false;
    };
    if !date_exists(date) {
        return false;
    }
    match rest.as_bytes() {
        [] => true,
        [b'T' | b't', ..] => time_of_day(rest.get(1..).unwrap_or_default()).is_some_and(is_zone),
        [b' ', ..] => time_of_day(rest.trim_start_matches(' ')).is_some_and(str::is_empty),
        _ => false,
    }
}

fn year_month_day<'a>(year: &str, rest: &'a str) -> Option<([u32; 3], &'a str)> {
    let year = year.bytes().all(|byte| byte.is_ascii_digit()).then(|| year.parse().ok()).flatten();
    let (month, rest) = one_or_two_digits(rest)?;
    let (day, rest) = one_or_two_digits(rest.strip_prefix('-')?)?;
    Some(([year?, month, day], rest))
}

fn date_exists([year, month, day]: [u32; 3]) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Returns what follows the time at the beginning of `text`.
fn time_of_day(text: &str) -> Option<&str> {
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, rest) = one_or_two_digits(rest.strip_prefix(':')?)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(':')?)?;
    if hour >= 24 || minute >= 60 || second >= 60 {
        return None;
    }
    let fraction = rest.strip_prefix(['.', ',']).unwrap_or_default();
    let behind = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
    Some(if behind.len() < fraction.len() { behind } else { rest })
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', hour @ .., b':', minute_1, minute_2] => {
            hour.len() == 2 && hour.iter().chain([minute_1, minute_2]).all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

fn one_or_two_digits(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], expected: bool) {
        for text in texts {
            assert_eq!(is_timestamp(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_and_times_of_the_four_forms_are_timestamps() {
        check(&["2001-01-01", "2001-1-2", "2000-02-29", "2001-12-14T21:59:43.10-05:00"], true);
        check(&["2001-12-14t21:59:43Z", "2001-12-14 21:59:43.10", "2001-12-14   1:2:3"], true);
    }

    #[test]
    fn other_texts_are_not() {
        check(&["201-01-01", "2001-13-01", "2001-02-29", "2001-01", "2001-01-011"], false);
        check(&["2001-12-14T21:59:43", "2001-12-14 21:59:43Z", "2001-12-14 24:00:00"], false);
        check(&["2001-12-14 21:59:43.", "2001-12-14T21:59:43+0500", "20a1-01-01", ""], false);
    }
}
