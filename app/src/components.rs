//! Pieces that several pages use: native elements first.

mod account_dialogs;
mod announcer;
mod banner;
mod browser;
mod browser_action;
mod change_password;
mod company_menu;
mod confirmation;
mod dialog;
mod dialog_foot;
mod error_text;
mod field;
mod followed;
mod frame;
mod icon;
mod leaving;
mod live;
mod menu;
mod missing_permission;
mod navigation;
mod not_shown;
mod outdated;
mod password;
mod prose;
mod resource;
mod search;
mod session;
mod sign_in_again;
mod status_badge;
mod time;

pub use announcer::{Announcer, Toasts, Undo};
pub use banner::ErrorBanner;
pub use browser::{
    Clock, breath, came_by_link, choose_again, copy_text, focus, focus_main_button_soon, focus_soon, focused_id, go_to,
    keep_focus, mark_hydrated, on_hydrated, painted, read_file, set_field, take_over,
};
pub use browser_action::browser_action;
pub use confirmation::Confirmation;
pub use dialog::{Dialog, DialogKind, DialogSize};
pub use dialog_foot::DialogFoot;
pub use error_text::error_text;
pub use field::{Field, FieldError, problem_at};
pub use followed::{Followed, Part, Shown};
pub use frame::{Frame, NeedsScript, Solo};
pub use icon::Icon;
pub use leaving::{go_back, leaving_by_browser, leaving_by_link, watch_history};
pub use live::AsOf;
pub use missing_permission::{MissingPermission, contacts};
pub use not_shown::NotShown;
pub use outdated::{Outdated, why_not_read};
pub use password::PasswordField;
pub use prose::Prose;
pub use resource::{Resource, resource};
pub use search::{Search, Searched};
pub use session::Session;
pub use status_badge::StatusBadge;
pub use time::{Moment, Time, TimeOfDay, time_text};
