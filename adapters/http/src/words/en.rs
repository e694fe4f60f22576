use super::Texts;
use desktop_delivery::Language;

pub(super) const TEXTS: Texts = Texts {
    language: Language::English,
    code: "en",
    other_code: "fr",
    other_name: "Français",
    site: "Desktop delivery",
    page_title: "Your document",
    supplied_by: "Supplied by {library}",
    request_no: "Request {no}",
    notice_heading: "Copyright notice",
    usual_notice: "This copy is supplied for your own research or private study. It is protected by \
                   copyright. Do not pass it on, publish it or make further copies; any other use \
                   may need the permission of the copyright owner.",
    library_notice: "This copy is supplied to your library for the person who asked you for it, for \
                     research or private study. It is protected by copyright. Give that person one \
                     copy, together with your library's own copyright notice. Do not keep, lend or \
                     pass on other copies, and delete the file once the person has the document. \
                     Any other use may need the permission of the copyright owner.",
    files_heading: "Documents",
    nothing_attached: "The library has not attached a document.",
    left_one: "1 of {limit} downloads left",
    left_many: "{n} of {limit} downloads left",
    left_none: "All {limit} downloads are used",
    last_day: "Available until the end of {day}",
    acknowledge: "I have read the copyright notice and will keep to it.",
    acknowledge_library: "I have read the copyright notice, and our library will keep to it.",
    download: "Download",
    download_again: "Download again",
    counts_one: "This uses one download. If it breaks off, you can continue it for free.",
    counts_anew: "Downloading again uses one more download.",
    go_on: "Continue your download",
    go_on_for: "Your last download is counted already: for another {span} you can fetch it again for \
                free.",
    ask_heading: "ExtensionRequest the library for more",
    ask_text: "Say what you need if you like. When it is granted, this same link works again.",
    ask_note: "A note for the library (optional)",
    ask_button: "Send to the library",
    asked: "You asked the library for more on {day}. It will answer; this link stays the same.",
    recalled: "The earlier document was the wrong one. Please delete it; here is the right one.",
    contact: "Questions? Write to {library}:",
    home: "To the start page",
    moment: "{hour}:{minute} on {day}",
    file: "File",
    picture: "Picture",
    hours: "h",
    minutes: "min",
    refusal,
};

fn refusal(code: &str) -> (&'static str, &'static str) {
    match code {
        "busy" | "unavailable" => (
            "One moment, please",
            "The server is busy. Nothing was counted; try again in a minute.",
        ),
        "cancelled" => ("The request was cancelled", "It was cancelled on {day}."),
        "ended" => (
            "This download is over",
            "Its time ended on {day}. Go back to the link to download again.",
        ),
        "exhausted" => (
            "All {limit} downloads are used",
            "The last one was used on {day}. The library can grant more.",
        ),
        "expired" => ("The time is over", "It could be downloaded until the end of {day}."),
        "forbidden" => (
            "Not allowed",
            "Only the library’s staff can do this. If you need it, ask the library.",
        ),
        "in-future" => (
            "The date is in the future",
            "The change is dated more than 5 minutes ahead of the server’s clock. Nothing was changed.",
        ),
        "inspected" => ("The file was not accepted", "{reason}."),
        "interrupted" => {
            ("The upload broke off", "No part of the file was kept. Please upload it again.")
        }
        "invalid" => {
            ("Please check what you entered", "Nothing was changed. Go back and try again.")
        }
        "malformed" | "too-large" | "too-slow" => (
            "This could not be read",
            "What was sent is not complete or too long. Go back and try again; nothing was counted.",
        ),
        "method-not-allowed" => (
            "Please go back",
            "This address only accepts the form on the page before it. Go back and send the form again; \
             nothing was counted.",
        ),
        "never-fits" => (
            "The file is too large for this library",
            "It is larger than the library’s whole storage limit. Make it smaller, or ask the operator \
             to raise the limit supplier_bytes.",
        ),
        "no-free-preview" => (
            "Viewing counts as a download",
            "Under this library’s terms, viewing the pages uses up a download. Go back to the link \
             to download the document.",
        ),
        "no-recipient" => (
            "Nobody to send it to",
            "The library does not know who asked for this document. Please contact the library.",
        ),
        "nothing-attached" => (
            "No documents yet",
            "The library has not attached a document. Please contact the library.",
        ),
        "none-allowed" => ("Not for download", "No download of this document is allowed here."),
        "not-shipped" => (
            "Not here yet",
            "The lending library has not sent the document yet. Please come back later.",
        ),
        "not-yet-valid" => ("Not available yet", "It can be downloaded from {day} on."),
        "past-end" => ("The last day has passed", "{day} is over: choose today or a later day."),
        "over-limit" => (
            "That is more than allowed",
            "Allowed: {most}. Go back and try again; nothing was counted.",
        ),
        "over-quota" => (
            "Enough for today",
            "You have reached the number of downloads for one day. You can download again from {moment}.",
        ),
        "purged" => (
            "No longer kept",
            "The document was deleted on {day}, after its time was over. ExtensionRequest your library to \
             request it again.",
        ),
        "purged-library" => (
            "No longer kept",
            "The document was deleted on {day}, after its time was over. ExtensionRequest the lending library to \
             send it again.",
        ),
        "removed" => (
            "The document was removed",
            "The lending library removed it on {day}. Open your link again to see what else there is, \
             or ask the library.",
        ),
        "replaced" => (
            "The document was replaced",
            "The lending library replaced it on {day}. Open your link again to get the new one.",
        ),
        "revoked" => (
            "This link is closed",
            "The library closed it on {day}. If you still need the document, ask the library for a new \
             link.",
        ),
        "too-many-resends" => (
            "Sent often enough",
            "The email with the link was sent {limit} times within an hour. It can be sent again from {moment}.",
        ),
        "stale" => (
            "Something changed meanwhile",
            "This page was out of date. It is up to date now: please look again.",
        ),
        "too-many-bodies" => (
            "One moment, please",
            "Too much is being sent from your network at once. Nothing was counted; try again in a \
             minute.",
        ),
        "too-many-misses" => (
            "One moment, please",
            "Too many wrong links were tried from your network. Nothing was counted; try again in a \
             minute.",
        ),
        "storage-full" => (
            "No space left",
            "The server’s storage is full. Nothing was kept; please contact the library.",
        ),
        "token-expired" => (
            "This link has ended",
            "Its time is over. Go back to the page of your document, or ask your library for a \
             new link.",
        ),
        "token-expired-library" => (
            "This link has ended",
            "Its time is over. Go back to the page of the document, or ask the lending library for a \
             new link.",
        ),
        "transfer-used-up" => (
            "Fetched too often",
            "This download was fetched several times already. Go back to the link to download \
             again.",
        ),
        "unacknowledged" => (
            "Please read the copyright notice",
            "Tick the box to say that you have read it; nothing was counted.",
        ),
        "unauthorized" => (
            "Please sign in",
            "You are not signed in, or your session has ended. Sign in and try again.",
        ),
        "unsupported-type" => {
            ("This type of file is not accepted", "Save the document as a PDF, and send that.")
        }
        "unknown" => (
            "Nothing here",
            "This address leads nowhere. Check that it is complete: long links are sometimes cut \
             off in a message. The library that sent it to you can send it again.",
        ),
        "withdrawn" => (
            "The document was withdrawn",
            "The lending library took it back on {day}. If you still need it, ask the library.",
        ),
        "wrong-status" => (
            "The request has moved on",
            "Its status no longer allows this. Go back to the link to see where it stands.",
        ),
        _ => (
            "Something went wrong",
            "The failure is on our side. Nothing was counted; try again later.",
        ),
    }
}
