//! Tokens of Microsoft Entra for Azure DevOps, by `azure_identity` over our own HTTP client.

mod error;

pub use error::IdentityError;

use crate::host::clock;
use crate::host::http::{self, Http, HttpError};
use crate::secret::{Federated, Identity, Secret};
use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::request::Body;
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, RetryOptions, Transport,
};
use azure_identity::{
    AzurePipelinesCredential, AzurePipelinesCredentialOptions, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId,
};
use std::sync::Arc;
use std::time::Duration;

/// What tokens are for: Azure DevOps, by its id in every tenant.
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";
/// How long it may take to get one.
const LIMIT: Duration = Duration::from_mins(2);
/// The most that an answer may hold.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// Returns an access token for an identity.
pub async fn token(identity: &Identity, http: &Http) -> Result<Secret, IdentityError> {
    let credential: Arc<dyn TokenCredential> = match identity {
        Identity::Federated(federated) => pipelines(federated, http)?,
        Identity::Managed { client } => managed(client.as_deref(), http)?,
    };
    let token = clock::within(LIMIT, credential.get_token(&[SCOPE], None)).await;
    let token = token.ok_or(IdentityError::Slow { seconds: LIMIT.as_secs() })?;
    let token = token.map_err(|source| IdentityError::refused(identity, source))?;
    Secret::new(token.token.secret()).ok_or(IdentityError::Empty)
}

fn pipelines(
    federated: &Federated,
    http: &Http,
) -> Result<Arc<AzurePipelinesCredential>, IdentityError> {
    let mut options = AzurePipelinesCredentialOptions::default();
    options.credential_options.client_options = client_options(http);
    // Without one it is what the variable AZURE_AUTHORITY_HOST names, or the public cloud.
    options.credential_options.client_options.cloud = federated.authority.clone().map(|host| {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = host;
        Arc::new(CloudConfiguration::from(cloud))
    });
    AzurePipelinesCredential::new(
        federated.tenant.clone(),
        federated.client.clone(),
        &federated.connection,
        federated.job_token.reveal().trim().to_owned(),
        Some(options),
    )
    .map_err(|source| IdentityError::Setup { source })
}

fn managed(
    client: Option<&str>,
    http: &Http,
) -> Result<Arc<ManagedIdentityCredential>, IdentityError> {
    let client = client.map(str::trim).filter(|client| !client.is_empty());
    let options = ManagedIdentityCredentialOptions {
        user_assigned_id: client.map(|client| UserAssignedId::ClientId(client.to_owned())),
        client_options: client_options(http),
    };
    ManagedIdentityCredential::new(Some(options)).map_err(|source| IdentityError::Setup { source })
}

fn client_options(http: &Http) -> ClientOptions {
    ClientOptions {
        transport: Some(Transport::new(Arc::new(Wire(http.clone())))),
        retry: RetryOptions::exponential(ExponentialRetryOptions {
            max_retries: 3,
            ..ExponentialRetryOptions::default()
        }),
        ..ClientOptions::default()
    }
}

/// Our HTTP client, as `azure_core` wants one: it goes through the agent's proxy, trusts the agent's
/// authorities, and repeats nothing by itself.
#[derive(Debug)]
struct Wire(Http);

#[async_trait]
impl HttpClient for Wire {
    async fn execute_request(
        &self,
        request: &azure_core::http::Request,
    ) -> azure_core::Result<AsyncRawResponse> {
        let sent = self.0.once(&translated(request)).await;
        let response = sent.map_err(unanswered)?;
        let (status, mut headers) = (response.status(), Headers::new());
        for (name, value) in response.headers() {
            headers.insert(name, value);
        }
        let body = response.body(ANSWER_LIMIT).await.map_err(unanswered)?;
        let body = body.ok_or_else(|| {
            azure_core::Error::with_message(ErrorKind::DataConversion, "the answer is too long")
        })?;
        Ok(AsyncRawResponse::from_bytes(status.into(), headers, body))
    }
}

/// The headers that the requests for tokens need, besides the one that signs in.
const HEADERS: &[&str] =
    &["accept", "content-type", "metadata", "x-identity-header", "x-tfs-fedauthredirect"];

fn translated(request: &azure_core::http::Request) -> http::Request {
    let given = |name: &str| {
        let found = request.headers().iter().find(|(key, _)| key.as_str() == name);
        found.map(|(_, value)| value.as_str().to_owned())
    };
    let body = match request.body() {
        Body::Bytes(bytes) => Some(bytes.to_vec()),
        // No request for a token is as long as that.
        Body::SeekableStream(_) => Some(Vec::new()),
    };
    http::Request {
        url: request.url().clone(),
        authorization: given("authorization").and_then(Secret::new),
        headers: HEADERS.iter().filter_map(|name| Some((*name, given(name)?))).collect(),
        body: body.filter(|_| request.method() == azure_core::http::Method::Post),
    }
}

/// Returns the error that tells `azure_core` whether another attempt may help.
fn unanswered(error: HttpError) -> azure_core::Error {
    let kind = match error {
        HttpError::Connect { .. } => ErrorKind::Connection,
        HttpError::Broken { .. } => ErrorKind::Io,
        HttpError::Untrusted { .. }
        | HttpError::Redirected { .. }
        | HttpError::Setup { .. }
        | HttpError::ClientCertificate { .. }
        | HttpError::Proxy { .. }
        | HttpError::Certificates => ErrorKind::Other,
    };
    azure_core::Error::new(kind, error)
}
