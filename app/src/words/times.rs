//! Dates and times of day as the reader writes them.

use crate::timestamp::Timestamp;

/// What is shown of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// "3 Mar 2027".
    #[default]
    Date,
    /// "3 Mar 2027, 12:00 UTC".
    DateAndTime,
    /// "12:00 UTC".
    Time,
    /// "12:00:07 UTC".
    TimeInFull,
}

/// In UTC: what the server draws, and the browser before it knows better.
pub fn in_utc(at: Timestamp, style: TimeStyle) -> String {
    match style {
        TimeStyle::Date => at.date(),
        TimeStyle::DateAndTime => format!("{}, {} UTC", at.date(), at.time_of_day()),
        TimeStyle::Time => format!("{} UTC", at.time_of_day()),
        TimeStyle::TimeInFull => format!("{} UTC", at.time_of_day_in_full()),
    }
}

/// In the reader's language and time zone. For what is drawn once the page reacts; before, browser and server have to agree, see
/// [`in_utc`].
#[cfg(feature = "hydrate")]
pub fn local(at: Timestamp, style: TimeStyle) -> String {
    use js_sys::{Array, Date, Function, Intl, Object, Reflect};

    fn formatter(style: TimeStyle) -> Function {
        let date = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
        let time = [("hour", "2-digit"), ("minute", "2-digit"), ("timeZoneName", "short")];
        let in_full = [("second", "2-digit")];
        let parts: &[&[(&str, &str)]] = match style {
            TimeStyle::Date => &[&date],
            TimeStyle::DateAndTime => &[&date, &time],
            TimeStyle::Time => &[&time],
            TimeStyle::TimeInFull => &[&time, &in_full],
        };
        let options = Object::new();
        for (name, value) in parts.iter().copied().flatten() {
            // Setting a property of a new object is never refused.
            let _set = Reflect::set(&options, &(*name).into(), &(*value).into());
        }
        Intl::DateTimeFormat::new(&Array::new(), &options).format()
    }

    thread_local! {
        static FORMATTERS: [std::cell::OnceCell<Function>; 4] = const { [const { std::cell::OnceCell::new() }; 4] };
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds of the years 1 to 9999 are below 2⁵³")]
    let date = Date::new(&((at.seconds() * 1000) as f64).into());
    let shown = FORMATTERS.with(|formatters| {
        let formatter = formatters.get(style as usize)?.get_or_init(|| formatter(style));
        formatter.call1(&wasm_bindgen::JsValue::UNDEFINED, &date).ok()?.as_string()
    });
    shown.unwrap_or_else(|| in_utc(at, style))
}

/// The server has no reader.
#[cfg(not(feature = "hydrate"))]
pub fn local(at: Timestamp, style: TimeStyle) -> String {
    in_utc(at, style)
}

/// The date in the reader's language and time zone; as [`local`].
pub fn date(at: Timestamp) -> String {
    local(at, TimeStyle::Date)
}

/// The date and the time of day in the reader's language and time zone; as [`local`].
pub fn date_and_time(at: Timestamp) -> String {
    local(at, TimeStyle::DateAndTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_utc_it_says_so() {
        let at = Timestamp::from_seconds(1_804_075_207);
        let said = [TimeStyle::Date, TimeStyle::DateAndTime, TimeStyle::Time, TimeStyle::TimeInFull];
        let said = said.map(|style| in_utc(at, style));
        assert_eq!(said, ["3 Mar 2027", "3 Mar 2027, 12:00 UTC", "12:00 UTC", "12:00:07 UTC"]);
        assert_eq!((date(at), date_and_time(at)), ("3 Mar 2027".to_owned(), "3 Mar 2027, 12:00 UTC".to_owned()));
    }
}
