//! Certificates that were published before, and are to stay.

use crate::helm::functions::chance::UNKNOWN_KEY;
use crate::helm::functions::secret::certificate::content::{Content, time};
use crate::helm::functions::secret::certificate::{CertificateObject, Issuer, Request};
use crate::helm::functions::secret::der::sequence;
use crate::helm::functions::secret::key::Key;
use crate::helm::functions::secret::pem;
use crate::helm::functions::state::Moment;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

impl Request<'_> {
    /// Returns a certificate with its key, if it says what is asked for, and holds for longer than a
    /// third of its time from now on.
    pub(super) fn kept(
        &self,
        texts: &[String],
        (key, issuer): (Option<&Key>, Option<&Issuer>),
        now: Moment,
    ) -> Option<CertificateObject> {
        let [certificate, own_key] = texts else {
            return None;
        };
        let (_, data) = pem::decoded(certificate.as_bytes())?;
        let parsed = Certificate::from_der(&data).ok()?;
        let old = parsed.tbs_certificate();
        let public_info = old.subject_public_key_info().to_der().ok()?;
        let kept_key = match key {
            Some(key) => key.written().ok()?,
            None => own_key.clone(),
        };
        if !kept_key.starts_with(UNKNOWN_KEY) {
            let is_its = Key::parse(kept_key.as_bytes()).ok()?.public_info() == public_info;
            is_its.then_some(())?;
        }
        let seconds = |time: x509_cert::time::Time| {
            i64::try_from(time.to_date_time().unix_duration().as_secs()).ok()
        };
        let start = seconds(old.validity().not_before)?;
        let end = seconds(old.validity().not_after)?;
        let length = (self.days as i64).checked_mul(86_400)?;
        let is_fresh = end.checked_sub(now.seconds)?.checked_mul(3)? >= length;
        (end - start == length && (is_fresh || length <= 0)).then_some(())?;
        let wanted = self.to_be_signed(&Content {
            serial: old.serial_number().as_bytes(),
            algorithm: &old.signature().to_der().ok()?,
            issuer,
            subject: &self.subject(),
            validity: sequence(&[&time(start), &time(end)]),
            public: old.subject_public_key_info().subject_public_key.raw_bytes(),
            public_info: &public_info,
        });
        let is_the_same = old.to_der().ok()? == wanted;
        is_the_same.then(|| CertificateObject {
            certificate: certificate.as_str().into(),
            key: kept_key.into(),
        })
    }
}
