//! What a program is about to do, asked before its request is read: what is wrong with a request is nothing to whoever may not make it.

use app::service::Answer;

use super::access::Needs;
use super::{Door, api_nodes, audit_log, certificates};

/// An operation of the REST API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as what it does")]
pub enum Operation {
    ReadCertificates,
    UploadCertificate,
    ChangeCertificate,
    ReplaceCertificate,
    DeleteCertificate,
    RestoreCertificate,
    RestoreVersion,
    ValidateCertificate,
    ReadApiNodes,
    CreateApiNode,
    ChangeApiNode,
    DeleteApiNode,
    CallApiNode,
    ReadAuditLog,
}

impl Operation {
    fn needs(self) -> Needs {
        match self {
            Self::ReadCertificates => certificates::READ,
            Self::UploadCertificate
            | Self::ChangeCertificate
            | Self::ReplaceCertificate
            | Self::DeleteCertificate
            | Self::RestoreCertificate
            | Self::RestoreVersion
            | Self::ValidateCertificate => certificates::WRITE,
            Self::ReadApiNodes => api_nodes::READ,
            Self::CreateApiNode | Self::ChangeApiNode | Self::DeleteApiNode => api_nodes::WRITE,
            Self::CallApiNode => api_nodes::CALL,
            Self::ReadAuditLog => audit_log::NEEDS,
        }
    }

    /// What a refused attempt is recorded as.
    fn action(self) -> &'static str {
        match self {
            Self::ReadCertificates => certificates::LOOK,
            Self::UploadCertificate => "certificate.upload",
            Self::ChangeCertificate => "certificate.change",
            Self::ReplaceCertificate => "certificate.replace",
            Self::DeleteCertificate => "certificate.delete",
            Self::RestoreCertificate => "certificate.restore",
            Self::RestoreVersion => "certificate.restore_version",
            Self::ValidateCertificate => "certificate.validate",
            Self::ReadApiNodes => api_nodes::LOOK,
            Self::CreateApiNode => "api_node.create",
            Self::ChangeApiNode => "api_node.change",
            Self::DeleteApiNode => "api_node.delete",
            Self::CallApiNode => "api_node.call",
            Self::ReadAuditLog => audit_log::LOOK,
        }
    }
}

impl Door {
    /// Whether the caller may do this, on the object with this id if it is about one; that it may not is recorded. The verb itself asks
    /// again. **Permissions:** those of the operation.
    ///
    /// # Errors
    /// [`app::service::Error::MissingScope`]; [`app::service::Error::Forbidden`]; [`app::service::Error::SignedOut`].
    pub async fn may_do(&self, operation: Operation, object_id: Option<&str>) -> Answer<()> {
        let authorised = self.authorise_reading(operation.needs(), operation.action(), object_id).await;
        self.services.answer(authorised.map(drop))
    }
}
