"""The words for what is found out about a receipt, and for the fields that public facts have."""
from linli.kernel.text import N_, Text

WORDS: dict[str, Text] = {
    # marks and verdicts
    "good": N_("holds"), "bad": N_("does not hold"), "open": N_("not checked"),
    "holds": N_("This receipt holds."),
    "refused": N_("Do not rely on this receipt."),
    "unsure": N_("Nothing is wrong in it, but nobody has vouched for it yet."),
    # form
    "not_receipt": N_("This is no receipt of a transparency log: a receipt begins with “c2sp.org/tlog-proof@v1”."),
    "form_broken": N_("The receipt is damaged: a line is missing, or is not written as the format wants it."),
    "no_entry": N_("The receipt holds no entry: nobody can say from it what was published."),
    # entry and content
    "entry_broken": N_("The entry was changed or damaged: it is not written as this log writes its entries."),
    "entry_other": N_("The entry was changed: it says another {fields} than its content."),
    "content_good": N_("The content is the one that the entry speaks of: their digests are the same."),
    "content_changed": N_("The content was changed: its digest is not the one in the entry."),
    "content_missing": N_("The content is not in the receipt; the entry holds its digest alone."),
    # place
    "place_good": N_("The entry stands in the log at index {index}, among {size} entries."),
    "index_beyond": N_("The index was changed: {index} lies beyond the {size} entries of the checkpoint."),
    "index_other": N_("The index was changed: the proof fits this entry, but not at {index}."),
    "proof_length": N_("The proof was changed: it has {lines} lines, and {wanted} belong there."),
    "proof_other": N_("The proof was changed, or another entry was put in: they do not lead to the root that was"
                      " signed."),
    "root_other": N_("The proof does not lead to the checkpoint's root: the checkpoint, the proof or the entry was"
                     " changed."),
    # checkpoint and signature
    "checkpoint_broken": N_("The checkpoint is damaged: it does not say whose log it is of, how large and with which"
                            " root."),
    "signature_good": N_("The checkpoint is signed by {name}, with the key {id}."),
    "signature_bad": N_("The signature of {name} does not fit: the checkpoint or the signature was changed."),
    "signature_missing": N_("The log {name} has not signed this checkpoint."),
    "signature_other": N_("The checkpoint is signed with the key {id}, which is not the one you know of {name}."),
    "origin_other": N_("The checkpoint says that it is of the log {name}, but the signature under it is of {signer}."),
    "key_unknown": N_("Who signed was not checked: you have given no key of the log {name}."),
    "key_broken": N_("This is no verifier key, or it was changed: {key}"),
    "witness_good": N_("The witness {name} has seen the same checkpoint, on {moment}."),
    "witness_bad": N_("The signature of the witness {name} does not fit: it was changed, or belongs to another"
                      " checkpoint."),
    "witness_none": N_("No witness that you know has signed this checkpoint."),
    # openings
    "opening_good": N_("{field} = {value}: this is what was committed to."),
    "opening_bad": N_("The opening of “{field}” does not fit: its value or its salt was changed, or it is of another"
                      " entry."),
    "opening_none": N_("Nothing is sealed under “{field}” in this entry."),
    "openings_broken": N_("The openings cannot be read: field, salt and value of each are wanted."),
    # what is proved
    "p_published": N_("This record was published in the log {name}: number {number} of the series “{series}”."),
    "p_unchanged": N_("Not a letter of it has been changed since the log signed that it holds {size} entries."),
    "p_opened": N_("The sealed values that were opened are the ones that stood there from the beginning."),
    "p_witnessed": N_("Others who keep watch have seen the same log: {names}."),
    # what is not
    "n_true": N_("That what the record says is true. A log shows what was published, not what happened."),
    "n_moment": N_("That it happened at the moment it names: the one who keeps the log wrote that down."),
    "n_same": N_("That nobody was shown another log. Witnesses, or the monitor (./linli check log), would find out."),
    "n_later": N_("That nothing newer was published about the same thing. Its page in the log lists everything."),
    "n_sealed": N_("What the sealed fields hold ({fields}): only whoever holds their openings can show it."),
    "n_signed": N_("Anything at all, as long as it is not known whose signature this is."),
}
"""Sentences by the name of what was found; in braces the values of the finding."""


PAGE: dict[str, Text] = {
    "fork": N_("This device has seen another root of the log {name} at {size} entries: the log shows different people"
               " different things."),
    "key_sm": N_("The log {name} signs with SM2, which browsers do not know. Use ./linli verify for its receipts."),
    "no_ed25519": N_("This browser cannot check Ed25519 signatures. Everything else is checked; for the signature use a"
                     " newer browser, or ./linli verify."),
    "no_crypto": N_("This browser gives no cryptography to pages that come over an unprotected line. Open the page by"
                    " https, save it and open the saved file, or use ./linli verify."),
    "holds_if": N_("This receipt holds, if the key that this server named is really the log's."),
    "n_key": N_("That the key is really this log's: the server that shows you the log named it. Compare it elsewhere."),
    "sealed": N_("sealed"),
    "record": N_("What was recorded"), "number": N_("Series and number"), "moment": N_("When, by the record"),
    "says": N_("What the record says"), "proved": N_("What is proved"), "not_proved": N_("What is not proved"),
    "looked_at": N_("What was checked"),
    "loading": N_("The receipt is being fetched …"),
    "not_loaded": N_("The receipt could not be fetched. Paste it, or choose its file."),
    "keys_named": N_("This server named these keys itself. Compare them before you remember them."),
    "keys_not_named": N_("The keys could not be fetched. Paste them here."),
    "keys_kept": N_("These keys are remembered on this device."),
    "keys_gone": N_("No key is remembered on this device any more."),
    "keys_not_kept": N_("This browser does not let the page remember anything."),
}
"""What only the page that checks in the browser says."""

SERIES: dict[str, Text] = {
    "orders": N_("Orders"), "directory": N_("Services"), "organisations": N_("Organisations"),
    "practitioners": N_("Practitioners"), "places": N_("Regions"), "openlog": N_("Transparency log"),
    "quality": N_("Quality"), "rulebook": N_("Rules and duties"),
}
"""What the series are called; others go by their own name."""

FIELDS: dict[str, Text] = {
    "about": N_("About"), "applicant": N_("Applicant"), "by_itself": N_("Confirmed by time"), "changed": N_("Changed"),
    "closed": N_("Closed that day"), "facility": N_("Facility"), "grade": N_("Grade"), "issuer": N_("Source"),
    "key": N_("Key"), "key_before": N_("Key before"), "keys": N_("Keys"), "kind": N_("Kind"), "leaf": N_("Entry"),
    "log": N_("Log"), "log_key": N_("Reference of the key"), "minutes": N_("Minutes"), "new": N_("Added"),
    "on": N_("Day"), "order": N_("Order"), "organisation": N_("Organisation"), "origin": N_("Name of the log"),
    "person": N_("Recipient"), "practitioner": N_("Practitioner"), "price_fen": N_("Price"),
    "provider": N_("Provider"), "reason": N_("Reason"), "region": N_("Region"), "same": N_("Unchanged"),
    "service": N_("Service"), "services": N_("How many services"), "site": N_("Site"),
    "spans": N_("Spans of opening hours"), "tier": N_("Level"), "witness": N_("Witness"), "worth": N_("Evidence"),
    "available": N_("Free now"), "bundle": N_("Bundle of services"), "maximum": N_("Places in all"),
    "resources": N_("How many resources"), "filing": N_("Filing"), "corrects": N_("Filing that is corrected"),
    "intake": N_("File brought in"), "aside": N_("Put aside"), "document": N_("Issued document"),
    "template": N_("Kind of document"), "sha256": N_("Digest (SHA-256)"), "subject": N_("What it is about"),
    "holder": N_("Holder"), "replaces": N_("Document that it replaces"), "certificate": N_("Signing certificate"),
    # of entries themselves, where they contradict their content
    "at": N_("moment"), "fact": N_("kind of record"), "number": N_("number"), "series": N_("series"),
}
"""What fields of public facts are called; others go by their own name."""
