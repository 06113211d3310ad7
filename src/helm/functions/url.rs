//! Functions on addresses, read and written as Go's net/url does.

mod parse;

use crate::helm::functions::url::parse::Url;
use crate::helm::template::FunctionError;
use crate::helm::value::{Map, Text, Value};

/// `urlParse`: the parts of an address.
pub(super) fn url_parse(text: Text) -> Result<Map, FunctionError> {
    let bytes = text.as_bytes();
    let url = Url::parse(bytes).map_err(|fault| {
        FunctionError::new(format_args!("unable to parse url: {}", fault.told(bytes)))
    })?;
    let hostname = url.hostname();
    Ok(Map::from_iter([
        ("scheme", Text::from(url.scheme)),
        ("host", url.host.into()),
        ("hostname", hostname.into()),
        ("path", url.path.into()),
        ("query", url.query.into()),
        ("opaque", url.opaque.into()),
        ("fragment", url.fragment.into()),
        ("userinfo", url.user.map(|user| user.written()).unwrap_or_default().into()),
    ]))
}

/// `urlJoin`: an address of parts.
pub(super) fn url_join(map: Map) -> Result<Text, FunctionError> {
    let mut url = Url {
        scheme: part(&map, "scheme")?,
        host: part(&map, "host")?,
        path: part(&map, "path")?,
        query: part(&map, "query")?,
        opaque: part(&map, "opaque")?,
        fragment: part(&map, "fragment")?,
        ..Url::default()
    };
    let user = part(&map, "userinfo")?;
    if !user.is_empty() {
        let whole = [b"proto://".as_slice(), &user, b"@host"].concat();
        let parsed = Url::parse(&whole).map_err(|fault| {
            let told = fault.told(&whole);
            FunctionError::new(format_args!("unable to parse userinfo in dict: {told}"))
        })?;
        url.user = parsed.user;
    }
    Ok(url.written().into())
}

fn part(map: &Map, key: &str) -> Result<Vec<u8>, FunctionError> {
    match map.get(key) {
        Some(Value::String(text)) => Ok(text.as_bytes().to_vec()),
        None => Ok(Vec::new()),
        Some(Value::Nil) => Err(crate::helm::functions::fault::nil_pointer()),
        Some(other) => {
            let found = other.kind();
            Err(FunctionError::new(format_args!(
                "unable to parse {key} key, must be of type string, but {found} found"
            )))
        }
    }
}
