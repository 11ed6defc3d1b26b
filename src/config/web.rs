//! `[web]`: where calendars and the state of health are served.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Deserializer, de};
use url::Url;

use super::ConfigError;
use super::validate::ensure;

/// `[web]`; nothing is served unless it is named.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Where everybody may read the calendars.
    pub public: Option<Listen>,
    /// Where whoever runs psfbot reads how it is.
    pub private: Option<Listen>,
    /// What `public` is called from outside; members are then shown where to subscribe. `http` or `https`.
    pub url: Option<Url>,
}

/// Where is listened: a port on this machine alone, or an address with its port. Port 0 is any free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen(pub SocketAddr);

impl Listen {
    const EXPECTED: &str = "a port of this machine, e.g. 8080, or an address with a port, e.g. \"0.0.0.0:8080\"";

    const fn local(port: u16) -> Self {
        Self(SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// Reads a [`Listen`] out of a number or a text.
struct Reader;

impl de::Visitor<'_> for Reader {
    type Value = Listen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Listen::EXPECTED)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Listen, E> {
        let port = u16::try_from(number);
        port.map(Listen::local).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Listen, E> {
        let port = u16::try_from(number);
        port.map(Listen::local).map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Listen, E> {
        let port = text.parse().ok().map(Listen::local);
        let listen = port.or_else(|| text.parse().ok().map(Listen));
        listen.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

impl Web {
    /// The address of a calendar, from outside: of one series, or of everything.
    #[must_use]
    pub fn calendar(&self, series: Option<&str>) -> Option<Url> {
        let base = self.url.as_ref()?.as_str().trim_end_matches('/');
        let path = series.map_or_else(|| "office-hours.ics".to_owned(), |key| format!("office-hours/{key}.ics"));
        format!("{base}/{path}").parse().ok()
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let is_plain = self.url.as_ref().is_none_or(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        ensure(is_plain, "web.url", "write the http or https address alone, e.g. \"https://psfbot.example.org\"")?;
        let is_served = self.url.is_none() || self.public.is_some();
        ensure(is_served, "web.url", "nothing is served there: name the port with web.public")?;
        let apart =
            self.public.is_none() || self.public != self.private || self.public.is_some_and(|at| at.0.port() == 0);
        ensure(apart, "web.private", "it is the same as web.public: name another port, so that not everybody reads it")
    }
}
