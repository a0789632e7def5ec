//! Pieces that several pages use: native elements first.

mod announcer;
mod banner;
mod browser;
mod change_password;
mod company_menu;
mod confirmation;
mod dialog;
mod error_text;
mod field;
mod frame;
mod icon;
mod menu;
mod missing_permission;
mod navigation;
mod not_shown;
mod password;
mod prose;
mod time;

pub use announcer::{Announcer, Toasts, Undo};
pub use banner::ErrorBanner;
pub use browser::{Clock, copy_text, focus, focus_soon, go_to, on_hydrated, painted, read_file, set_field};
pub use confirmation::Confirmation;
pub use dialog::{Dialog, DialogKind, DialogSize};
pub use error_text::error_text;
pub use field::{Field, FieldError, problem_at};
pub use frame::{Frame, NeedsScript, Solo};
pub use icon::Icon;
pub use missing_permission::{MissingPermission, contacts};
pub use not_shown::NotShown;
pub use password::PasswordField;
pub use prose::Prose;
pub use time::Time;
