use crate::model::participant::Language;
use std::borrow::Cow;
use std::fmt;

/// What is wrong with a value from outside: a stable code, a clause and a remedy in each
/// language.
///
/// # Example
/// ```
/// # use desktop_delivery::Language;
/// # use desktop_delivery::input::InputFault;
/// const NOT_ON_A_SHELF: InputFault = InputFault::new(
///     "not-on-a-shelf",
///     ("is on no shelf", "n’est sur aucun rayon"),
///     ("look it up in the catalog", "cherchez-la dans le catalogue"),
/// );
/// assert_eq!(NOT_ON_A_SHELF.in_words(Language::English), "is on no shelf");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InputFault {
    code: &'static str,
    clause: [&'static str; 2],
    remedy: [&'static str; 2],
    limit: Option<usize>,
}

impl InputFault {
    /// A fault with its code in kebab case, and with English and French for both texts, neither
    /// with a full stop: a clause that follows the field's name, such as "is empty", and what the
    /// person who entered the value can do. `{n}` stands for the [limit](Self::with_limit).
    #[must_use]
    pub const fn new(
        code: &'static str,
        (clause, clause_in_french): (&'static str, &'static str),
        (remedy, remedy_in_french): (&'static str, &'static str),
    ) -> Self {
        let (clause, remedy) = ([clause, clause_in_french], [remedy, remedy_in_french]);
        Self { code, clause, remedy, limit: None }
    }

    /// Sets the limit that `{n}` stands for in the texts.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// A stable name for programs, such as `"too-long"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The limit that was exceeded, where there is one.
    #[must_use]
    pub const fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// What is wrong, as a clause that follows the field's name.
    #[must_use]
    pub fn in_words(&self, language: Language) -> Cow<'static, str> {
        self.filled(self.clause, language)
    }

    /// What the person who entered the value can do.
    #[must_use]
    pub fn remedy(&self, language: Language) -> Cow<'static, str> {
        self.filled(self.remedy, language)
    }

    fn filled(&self, texts: [&'static str; 2], language: Language) -> Cow<'static, str> {
        let [english, french] = texts;
        let (text, limit) = match (language, self.limit) {
            (Language::English, limit) => (english, limit.map(|limit| limit.to_string())),
            (Language::French, limit) => (french, limit.map(grouped)),
        };
        limit.map_or(Cow::Borrowed(text), |limit| Cow::Owned(text.replace("{n}", &limit)))
    }
}

/// A number with a no-break space between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

impl fmt::Debug for InputFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("InputFault");
        shown.field(&self.code);
        self.limit.iter().for_each(|limit| {
            shown.field(limit);
        });
        shown.finish()
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = ($code:literal, $clause:expr, $remedy:expr);)+) => {
        impl InputFault {
            $($(#[$doc])* pub const $name: Self = Self::new($code, $clause, $remedy);)+

            /// Every fault of this crate, with a limit.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name.with_limit(1_500)),+];
        }
    };
}

faults! {
    /// It contains a control character.
    CONTROL_CHARACTER = (
        "control-character",
        ("contains a control character", "contient un caractère de contrôle"),
        (
            "remove line breaks, tabs and other invisible characters",
            "supprimez les sauts de ligne, les tabulations et les autres caractères invisibles"
        )
    );
    /// A text is empty.
    EMPTY = (
        "empty",
        ("is empty", "ce champ est vide"),
        ("enter a value", "entrez une valeur")
    );
    /// A file has no bytes.
    EMPTY_FILE = (
        "empty-file",
        ("is empty", "le fichier est vide"),
        ("choose a file that has content", "choisissez un fichier qui a un contenu")
    );
    /// An email address contains white space or an invisible character.
    HIDDEN_CHARACTER = (
        "hidden-character",
        (
            "contains a space or an invisible character",
            "contient une espace ou un caractère invisible"
        ),
        ("type the address again", "tapez l’adresse de nouveau")
    );
    /// An address contains a character that does not belong in a link.
    LINK_CHARACTER = (
        "link-character",
        (
            "contains a character that links must not contain",
            "contient un caractère qui n’a pas sa place dans un lien"
        ),
        (
            "use only letters, digits, dots, hyphens and slashes",
            "n’utilisez que des lettres, des chiffres, des points, des traits d’union et des \
             barres obliques"
        )
    );
    /// A file is longer than its stated length.
    LONGER_THAN_STATED = (
        "longer-than-stated",
        ("is longer than its stated length", "dépasse la taille annoncée"),
        ("upload the file again", "déposez le fichier de nouveau")
    );
    /// A value that is required is absent.
    MISSING = (
        "missing",
        ("is missing", "valeur manquante"),
        ("enter a value", "indiquez une valeur")
    );
    /// A query by patron has a role other than the borrowing library's.
    MUST_BE_REQUESTER = (
        "must-be-requester",
        (
            "must be requester when a patron is given",
            "doit être « requester » quand un usager est indiqué"
        ),
        (
            "leave out the patron, or set role=requester",
            "retirez l’usager, ou indiquez role=requester"
        )
    );
    /// An address has no host.
    NO_HOST = (
        "no-host",
        ("has no host", "n’indique aucun nom d’hôte"),
        ("add the name of the host", "ajoutez le nom de l’hôte")
    );
    /// An address has no host, or has a user name before the host.
    NO_HOST_ALONE = (
        "no-host-alone",
        (
            "has no host, or has a user name before the host",
            "n’indique aucun nom d’hôte, ou le fait précéder d’un nom d’utilisateur"
        ),
        (
            "enter only the host, without a user name",
            "indiquez seulement l’hôte, sans nom d’utilisateur"
        )
    );
    /// An email address has no `@` sign.
    NO_AT_SIGN = (
        "no-at-sign",
        (
            "has no @ sign",
            "il manque le @"
        ),
        (
            "enter one whole address, like name@example.org",
            "entrez une seule adresse complète, comme nom@exemple.org"
        )
    );
    /// An address does not begin with `http://` or `https://`.
    NO_SCHEME = (
        "no-scheme",
        (
            "does not begin with http:// or https://",
            "ne commence pas par http:// ou https://"
        ),
        ("enter the whole address", "entrez l’adresse complète")
    );
    /// A logo is not a `data:` address of a picture.
    NOT_A_DATA_ADDRESS = (
        "not-a-data-address",
        (
            "is not data:image/png;base64,… or the same with jpeg or webp",
            "n’est pas de la forme data:image/png;base64,… (ou jpeg, ou webp)"
        ),
        ("choose a PNG, JPEG or WebP picture", "choisissez une image PNG, JPEG ou WebP")
    );
    /// An email address comes with a name or with another address.
    NOT_ONE_ADDRESS = (
        "not-one-address",
        (
            "is not one address alone",
            "il faut une seule adresse"
        ),
        (
            "enter exactly one address, like name@example.org, without a name, brackets or a second \
             address",
            "entrez une seule adresse, comme nom@exemple.org, sans nom, sans crochets et sans deuxième \
             adresse"
        )
    );
    /// It is not one of the profiles of this desk.
    NOT_A_PROFILE = (
        "not-a-profile",
        ("is not one of this desk's profiles", "n’est pas un profil de ce service"),
        ("choose a configured profile", "choisissez un profil configuré")
    );
    /// A role is neither side of a request.
    NOT_A_ROLE = (
        "not-a-role",
        (
            "is not supplier or requester",
            "n’est ni « supplier » ni « requester »"
        ),
        (
            "set role=supplier or role=requester",
            "indiquez role=supplier ou role=requester"
        )
    );
    /// It is not 16 hexadecimal digits.
    NOT_A_HANDLE = (
        "not-a-handle",
        (
            "is not 16 hexadecimal digits",
            "ne compte pas 16 chiffres hexadécimaux"
        ),
        (
            "copy it exactly as the service returned it",
            "copiez-le exactement comme le service l’a fourni"
        )
    );
    /// It is not the expected number of hexadecimal digits.
    NOT_HEXADECIMAL = (
        "not-hexadecimal",
        (
            "is not lowercase hexadecimal of the expected length",
            "n’est pas en hexadécimal minuscule de la longueur prévue"
        ),
        (
            "copy it exactly as the service returned it",
            "copiez la valeur exactement comme le service l’a fournie"
        )
    );
    /// The part of an email address before the `@` sign is not valid.
    NOT_A_MAILBOX = (
        "not-a-mailbox",
        (
            "is not valid before the @ sign",
            "ce qui précède le @ n’est pas valide"
        ),
        (
            "enter one address without quotation marks, brackets or a name",
            "entrez une seule adresse, sans guillemets, crochets ni nom"
        )
    );
    /// The part of an email address after the `@` sign is not valid.
    NOT_A_MAIL_DOMAIN = (
        "not-a-mail-domain",
        (
            "is not valid after the @ sign",
            "ce qui suit le @ n’est pas valide"
        ),
        (
            "enter one address that ends in a domain name, such as example.org",
            "entrez une seule adresse qui se termine par un nom de domaine, comme exemple.org"
        )
    );
    /// A logo's bytes are not a picture of the type in its `data:` address.
    NOT_THE_PICTURE = (
        "not-the-picture",
        (
            "is not a picture of the stated type",
            "n’est pas une image du type annoncé"
        ),
        ("choose a PNG, JPEG or WebP picture", "choisissez une image PNG, JPEG ou WebP")
    );
    /// It contains a character other than visible ASCII.
    NOT_VISIBLE_ASCII = (
        "not-visible-ascii",
        (
            "contains a character other than visible ASCII",
            "contient un caractère autre que l’ASCII visible"
        ),
        (
            "percent-encode other characters",
            "encodez les autres caractères avec le signe %"
        )
    );
    /// A file ended before its stated length.
    SHORTER_THAN_STATED = (
        "shorter-than-stated",
        ("is shorter than its stated length", "n’atteint pas la taille annoncée"),
        ("upload the file again", "déposez le fichier de nouveau")
    );
    /// A text is longer than allowed.
    TOO_LONG = (
        "too-long",
        ("is longer than {n} bytes", "dépasse {n} octets"),
        ("shorten the text", "raccourcissez le texte")
    );
    /// A picture is larger than allowed.
    TOO_LARGE_PICTURE = (
        "too-large-picture",
        ("is larger than {n} bytes", "dépasse {n} octets"),
        ("choose a smaller picture", "choisissez une image plus petite")
    );
    /// A list has more entries than allowed.
    TOO_MANY = (
        "too-many",
        ("has more than {n} entries", "compte plus de {n} éléments"),
        ("remove some of them", "retirez-en quelques-uns")
    );
    /// An upload did not finish in time.
    TOO_SLOW = (
        "too-slow",
        ("took too long", "a pris plus de temps que permis"),
        (
            "upload the file again over a faster connection",
            "déposez le fichier de nouveau avec une connexion plus rapide"
        )
    );
    /// No library has this id.
    UNKNOWN_PARTICIPANT = (
        "unknown-participant",
        ("is not a known participant", "ne figure pas parmi les bibliothèques participantes"),
        (
            "check the id, or add the library first",
            "vérifiez l’identifiant, ou ajoutez d’abord la bibliothèque"
        )
    );
    /// It is not in the time-zone database.
    UNKNOWN_ZONE = (
        "unknown-zone",
        ("is not in the IANA database", "ne figure pas dans la base de l’IANA"),
        (
            "use a name such as America/Vancouver",
            "utilisez un nom tel que America/Montreal"
        )
    );
    /// A key is empty or too long.
    WRONG_KEY_LENGTH = (
        "wrong-key-length",
        ("is not 1 to {n} bytes long", "ne compte pas entre 1 et {n} octets"),
        ("send a shorter, non-empty value", "envoyez une valeur plus courte et non vide")
    );
}
