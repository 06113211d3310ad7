//! A call of a REST API, taken apart.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::http::Request;

/// A call, taken apart.
pub(super) struct Asked<'a> {
    /// The request.
    pub(super) request: &'a Request,
    /// The path, decoded, part by part.
    pub(super) path: Vec<String>,
    /// The query, decoded.
    pub(super) query: Vec<(String, String)>,
    /// The JSON that came along.
    pub(super) body: Value,
}

impl<'a> Asked<'a> {
    /// Returns the call that a request is, unless it is for git.
    pub(super) fn of(request: &'a Request) -> Option<Self> {
        let url = url::Url::parse(&format!("http://host{}", request.target())).ok()?;
        let decoded = |part: &str| {
            percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
        };
        let path: Vec<String> = url.path_segments()?.map(decoded).collect();
        let is_call = path.iter().any(|part| part == "_apis") || path.first()? == "api";
        let query = url.query_pairs().into_owned().collect();
        let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        is_call.then_some(Self { request, path, query, body })
    }

    /// Returns a parameter of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns a part of the JSON, or null.
    pub(super) fn at(&self, path: &str) -> &Value {
        at(&self.body, path)
    }

    /// Returns a list in the JSON.
    pub(super) fn list(&self, name: &str) -> Vec<Value> {
        self.at(&format!("/{name}")).as_array().cloned().unwrap_or_default()
    }

    /// Returns a text of the JSON, or nothing.
    pub(super) fn text(&self, name: &str) -> String {
        text(&self.body, &format!("/{name}"))
    }

    /// Tells whether the caller has shown a token: as a password, or as it is.
    pub(super) fn shows(&self, token: &str) -> bool {
        let (scheme, value) =
            self.request.header("authorization").split_once(' ').unwrap_or_default();
        let basic = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match scheme {
            "Bearer" => value == token,
            "Basic" => basic.is_some_and(|pair| pair.split_once(':').is_some_and(|p| p.1 == token)),
            _ => false,
        }
    }
}

/// Returns a part of some JSON, or null.
pub(super) fn at<'a>(json: &'a Value, path: &str) -> &'a Value {
    json.pointer(path).unwrap_or(&Value::Null)
}

/// Returns a text within some JSON, or nothing.
pub(super) fn text(json: &Value, path: &str) -> String {
    at(json, path).as_str().unwrap_or_default().to_owned()
}
