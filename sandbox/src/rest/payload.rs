//! How requests are read: ids in paths, JSON bodies, `multipart/form-data` with `payload_json` and files.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::MAX_BODY;
use crate::errors::ApiError;
use crate::limits::Object;
use crate::state::File;

/// Ids in a path; what is not an id is refused as Discord does.
pub(crate) struct Ids<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Ids<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(ids)| Self(ids))
            .map_err(|_| ApiError::invalid(&["id"], "NUMBER_TYPE_COERCE", "Value is not snowflake."))
    }
}

/// A body: an object (or a list) and files.
pub(crate) struct Payload {
    pub(crate) json: Value,
    pub(crate) files: Vec<File>,
}

impl Payload {
    /// The body as an object.
    pub(crate) fn object(self) -> Result<(Object, Vec<File>), ApiError> {
        match self.json {
            Value::Object(object) => Ok((object, self.files)),
            _ => Err(ApiError::bad_json()),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Payload {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if is_multipart(request.headers()) {
            let multipart = Multipart::from_request(request, state).await.map_err(|_| ApiError::bad_json())?;
            return read_multipart(multipart).await;
        }
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BODY).await.map_err(|_| ApiError::too_large())?;
        if bytes.is_empty() {
            return Ok(Self { json: json!({}), files: Vec::new() });
        }
        let json = serde_json::from_slice(&bytes).map_err(|_| ApiError::bad_json())?;
        Ok(Self { json, files: Vec::new() })
    }
}

async fn read_multipart(mut multipart: Multipart) -> Result<Payload, ApiError> {
    let mut payload = Payload { json: json!({}), files: Vec::new() };
    while let Some(part) = multipart.next_field().await.map_err(|_| ApiError::bad_json())? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let content_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = part.bytes().await.map_err(|_| ApiError::too_large())?;
        match file {
            _ if name == "payload_json" => {
                payload.json = serde_json::from_slice(&bytes).map_err(|_| ApiError::bad_json())?;
            }
            Some(name) => payload.files.push(File { name: safe(&name), content_type, bytes }),
            None => (),
        }
    }
    Ok(payload)
}

/// A file's name as Discord keeps it.
fn safe(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    name.chars().map(keep).collect()
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with("multipart/form-data"))
}

/// A body for the log: JSON as it is, of a multipart one the `payload_json`.
pub(crate) fn shown(headers: &HeaderMap, bytes: &Bytes) -> Option<Value> {
    if !is_multipart(headers) {
        return super::json_of(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let (_, rest) = text.split_once("name=\"payload_json\"")?;
    let (_, rest) = rest.split_once("\r\n\r\n")?;
    serde_json::Deserializer::from_str(rest).into_iter::<Value>().next()?.ok()
}
