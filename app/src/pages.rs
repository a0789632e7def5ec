//! The pages: one a file.

mod certificates;
mod not_found;
mod set_up;
mod sign_in;

pub use certificates::CertificatesPage;
pub use not_found::NotFoundPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;

/// Path of the list of certificates, where everything starts.
pub const CERTIFICATES: &str = "/company/security/certificates";
/// Path of the sign-in page.
pub const SIGN_IN: &str = "/sign-in";
