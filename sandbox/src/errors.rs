//! Discord's error answers. Owns the real codes and their JSON shape; refuses to invent codes of its own.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why the sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is in use or not allowed.
    #[error("cannot listen on 127.0.0.1:{port}: {source}; choose another port, or 0 for a free one")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The world cannot be served as it is described.
    #[error("the world is not consistent: {0}")]
    World(String),
}

/// An answer that is not a success, in Discord's words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: u64,
    pub(crate) message: String,
    pub(crate) errors: Option<Value>,
}

impl ApiError {
    fn new(status: StatusCode, code: u64, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), errors: None }
    }

    /// One field of a body that Discord would refuse; `path` leads to the field, list indices included.
    pub(crate) fn invalid(path: &[&str], code: &str, message: impl Into<String>) -> Self {
        let leaf = json!({"_errors": [{"code": code, "message": message.into()}]});
        let errors = path.iter().rev().fold(leaf, |inner, key| json!({ *key: inner }));
        let mut error = Self::new(StatusCode::BAD_REQUEST, 50035, "Invalid Form Body");
        error.errors = Some(errors);
        error
    }

    /// A field that must be there and is not.
    pub(crate) fn required(path: &[&str]) -> Self {
        Self::invalid(path, "BASE_TYPE_REQUIRED", "This field is required")
    }

    /// A value of the wrong length or size.
    pub(crate) fn too_long(path: &[&str], max: usize) -> Self {
        Self::invalid(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."))
    }
}

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $message:literal;)*) => {
        impl ApiError {
            $($(#[$doc])* pub(crate) fn $name() -> Self { Self::new(StatusCode::$status, $code, $message) })*
        }
    };
}

answers! {
    not_found = NOT_FOUND, 0, "404: Not Found";
    method_not_allowed = METHOD_NOT_ALLOWED, 0, "405: Method Not Allowed";
    unauthorized = UNAUTHORIZED, 0, "401: Unauthorized";
    bad_json = BAD_REQUEST, 50109, "The request body contains invalid JSON.";
    unknown_application = NOT_FOUND, 10002, "Unknown Application";
    unknown_channel = NOT_FOUND, 10003, "Unknown Channel";
    unknown_guild = NOT_FOUND, 10004, "Unknown Guild";
    unknown_member = NOT_FOUND, 10007, "Unknown Member";
    unknown_message = NOT_FOUND, 10008, "Unknown Message";
    unknown_overwrite = NOT_FOUND, 10009, "Unknown Permission Overwrite";
    unknown_user = NOT_FOUND, 10013, "Unknown User";
    unknown_webhook = NOT_FOUND, 10015, "Unknown Webhook";
    unknown_interaction = NOT_FOUND, 10062, "Unknown interaction";
    unknown_command = NOT_FOUND, 10063, "Unknown application command";
    unknown_event = NOT_FOUND, 10070, "Unknown Guild Scheduled Event";
    too_many_pins = BAD_REQUEST, 30003, "Maximum number of pins reached (50)";
    too_many_commands = BAD_REQUEST, 30032, "Maximum number of application commands reached (100).";
    too_many_events = BAD_REQUEST, 30038, "Maximum number of guild scheduled events reached (100)";
    already_crossposted = BAD_REQUEST, 40033, "This message has already been crossposted.";
    already_acknowledged = BAD_REQUEST, 40060, "Interaction has already been acknowledged.";
    missing_access = FORBIDDEN, 50001, "Missing Access";
    edit_of_another = FORBIDDEN, 50005, "Cannot edit a message authored by another user";
    empty_message = BAD_REQUEST, 50006, "Cannot send an empty message";
    closed_dms = FORBIDDEN, 50007, "Cannot send messages to this user";
    missing_permissions = FORBIDDEN, 50013, "Missing Permissions";
    wrong_channel_type = BAD_REQUEST, 50024, "Cannot execute action on this channel type";
    expired_token = UNAUTHORIZED, 50027, "Invalid Webhook Token";
    too_large = PAYLOAD_TOO_LARGE, 40005, "Request entity too large";
    tag_required = BAD_REQUEST, 40067, "A tag is required to create a forum post in this channel";
    too_many_pinned_posts = BAD_REQUEST, 30047, "Maximum number of pinned threads in a forum channel has been reached";
    thread_archived = BAD_REQUEST, 50083, "Thread is archived";
    thread_locked = BAD_REQUEST, 160_005, "Thread is locked";
    thread_exists = BAD_REQUEST, 160_004, "A thread has already been created for this message";
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = self.errors {
            body["errors"] = errors;
        }
        (self.status, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_is_named_by_its_path() {
        let error = ApiError::too_long(&["embeds", "0", "title"], 256);
        assert_eq!(
            error.errors,
            Some(json!({"embeds": {"0": {"title": {"_errors": [
                {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]}}}}))
        );
    }
}
