"""What the browser's verifier says in English, beside the Dutch sentences of verify_draw.py.

The same codes with the same values in braces: a test compares them. `HERE` is said in a browser only, in both
languages: the script names a Python library there, and in a browser another advice helps.
"""

from __future__ import annotations

SENTENCES = {
    # the folder
    "file_missing": "The file {file} is missing.",
    "file_changed": "The file {file} was changed: it does not match SHA256SUMS.",
    "file_unlisted": "The file {file} does not belong in this folder.",
    "sums_unreadable": "The file SHA256SUMS cannot be read.",
    "unreadable": "We cannot read {file}: it is no valid JSON with whole numbers only.",
    "not_canonical": "{file} is not written in the fixed form (JCS).",
    "wrong_field": "In {file} the field “{field}” is not right.",
    # the manifest
    "practice_mixed": "The manifest does not say the same everywhere: is this a practice draw or not?",
    "unknown_chain": "We do not know this source of the public number: {chain}.",
    "fallback_chain": "The fallback cannot be right: it is unknown, the same source, or comes too early.",
    "too_few_witnesses": "The manifest names {count} witnesses. There must be at least {least}.",
    "witness_twice": "The manifest names a witness or a key twice.",
    "sequence_gap": "The reference to the draw before does not fit number {sequence}.",
    "times_order": "Registration closed only after the draw was fixed.",
    "committed_late": "The draw was fixed too late: less than 24 hours before the public number.",
    "ball_digits": "The rule for the balls does not fit {panels} panels.",
    "verifier_changed": "This checking script is not the script that the manifest names.",
    "quota_bounds": "The quota “{quota}” has limits that cannot be: {min} to {max}.",
    "pool_too_small": "{people} people, {size} seats and {fixed} fixed members: that cannot be.",
    "histogram_order": "The table of chances is not in order, or names an empty group.",
    "histogram_people": "The table of chances counts {found} people. There are {people} registrations.",
    "histogram_sum": "The table of chances counts {found} seats. There must be {wanted}.",
    "histogram_left": "The table of chances does not fit those who are fixed or cannot be drawn.",
    "histogram_high": "By the table somebody is in {count} panels. There are only {panels} panels.",
    "above_bound": "The smallest chance is larger than the upper limit. That cannot be.",
    # the panels
    "panels_changed": "The list of panels is not the list that the manifest names.",
    "panels_unreadable": "Line {line} of panels.txt cannot be read.",
    "panels_order": "The lines of panels.txt are not in order.",
    "panel_count": "There are {found} panels in the list. There must be {wanted}.",
    "panel_size": "Panel {panel} has {found} members. There must be {wanted}.",
    "label_twice": "The code {label} is in the list {times} times. Each code may be there once.",
    # the log
    "log_missing": "There are no signatures of witnesses. The file log.json is missing.",
    "log_entry": "Line {number} of the log cannot be read.",
    "log_proof": "Line {number} is not in the log: the proof is not right.",
    "log_other": "Line {number} of the log is about another draw.",
    "commitment_round": "Line {number} of the log names another public number than the manifest.",
    "previous_unlogged": "The draw before (number {sequence}) is not in the log.",
    "witness_keys_differ": "The witnesses in the manifest are not those on your own list: {name}.",
    "witness_unknown": "“{name}” signed, but is no witness in the manifest.",
    "witness_early": "Witness “{name}” signed before the time that line {number} itself says.",
    "witness_signature": "The signature of witness “{name}” is not right (line {number}).",
    "commitment_unlogged": "This manifest is not in the log.",
    "commitment_unwitnessed": "Too few witnesses signed at least 24 hours before the public number.",
    "two_manifests": "There are two open manifests for this draw. Then neither is valid.",
    "superseded": "This manifest was replaced: {reason}. The result does not count.",
    "superseded_late": "This manifest was replaced only after the public number. That is not allowed.",
    "voided": "This draw was declared void: {reason}. The result does not count.",
    "void_reason": "The reason “{reason}” is not in the rules for a void draw.",
    "balls_twice": "There are different balls in the log.",
    # the result
    "result_other_draw": "The result belongs to another draw.",
    "commitment_stale": "The result belongs to another manifest: the fingerprint is not right.",
    "chain_wrong": "The result does not use the source and the round of the manifest.",
    "fallback_unlogged": "The result uses the fallback, but that decision is not in the log.",
    "fallback_void": "The first source gave a number after all. The result of the fallback does not count.",
    "randomness_wrong": "The public number does not follow from the signature of the round.",
    "signature_wrong": "The signature of round {round} is not right.",
    "balls_wrong": "The result uses the balls {found}. Fixed in time: {wanted}.",
    "index_wrong": "The result names panel {found}. From the public number follows panel {wanted}.",
    "labels_wrong": "The codes in the result are not the codes of panel {panel}.",
    "result_differs": "The log has another result. One manifest has one result.",
    # the confidential list
    "pool_other_draw": "The confidential list belongs to another draw.",
    "pool_count": "The confidential list has {found} people. The manifest says {wanted}.",
    "id_twice": "Number {id} is in the confidential list twice.",
    "secret_twice": "Two people have the same secret: {first} and {second}.",
    "person_twice": "The same person is in it twice: {first} and {second}.",
    "leaf_wrong": "The data of {id} do not fit what was fixed.",
    "root_wrong": "The confidential list does not give the root in the manifest.",
    "label_unknown": "In panel {panel} there is a code that belongs to nobody.",
    "quota_missed": "Panel {panel} has {seats} seats for “{quota}”. There must be {min} to {max}.",
    "feature_missing": "{id} has no answer for “{feature}”.",
    "address_twice": "In panel {panel} there are two people from one address.",
    "exempt_changed": "The list of exempt addresses is not the list that the manifest names.",
    "fixed_count": "There are {found} fixed members. The manifest says {wanted}.",
    "fixed_missing": "Fixed member {id} is not in all panels.",
    "reason_missing": "It does not say why {id} is fixed or cannot be drawn.",
    "reason_wrong": "We do not know the reason of {id}, or it does not fit: {reason}.",
    "out_count": "The list has {found} people who cannot be drawn. The manifest says {wanted}.",
    "out_seated": "{id} cannot be drawn, but is in {found} panels.",
    "frequency_wrong": "{id} is in {found} panels. The confidential list says {wanted}.",
    "histogram_differs": "The table of chances in the manifest does not follow from the panels.",
    "bound_differs": "The upper limit differs: {manifest} in the manifest, {list} in the list.",
    "bound_wrong": "The upper limit is not the smallest target of the confidential list.",
    "shortfall_differs": "The largest shortfall is {found}. The manifest or the list says something else.",
    "targets_sum": "The targets do not add up to the number of seats.",
    # the earlier draw
    "earlier_refused": "We refuse the earlier draw itself. Check that folder first.",
    "earlier_other": "The folder of --eerder is no earlier result of the same pool.",
    "earlier_not_drawn": "{id} has a seat already, but was not drawn in the earlier draw.",
    # the receipt
    "receipt_other_draw": "The receipt belongs to another draw.",
    "receipt_leaf": "The data on the receipt do not fit what was fixed.",
    "receipt_proof": "By the manifest this registration does not take part: the proof is not right.",
    # what could not be checked
    "no_result": "There is no result yet. Only what was fixed beforehand was checked.",
    "beacon_unchecked": "Public number: signature not checked. Install drand-verify or py_ecc.",
    "witness_keys": "Witness “{name}” has the key {key}. Ask the witness about it, not this site.",
    "witnesses_unchecked": "Witnesses: signature not checked. Install cryptography.",
    "fallback_unchecked": "Whether the first source really gave no number was not checked.",
    "result_unlogged": "The result is not in the log that came with it.",
    # what no such check can see
    "quotas_private": "Quotas, addresses and chances per person. The confidential list is needed for that.",
    "log_private": "Whether the log of the organisation has more lines about this draw than there are here.",
    "bound_unproved": "The proof that no draw has a larger smallest chance than the upper limit.",
    "person_private": "Whether the people on the list exist, and their answers are true.",
    "readme_unchecked": "Whether the explanation in README.md is right.",
    "before_replaced": "The draw with number {sequence} was replaced: {reason}. Look at that draw too.",
    "before_voided": "The draw with number {sequence} is void: {reason}. Look at that draw too.",
    "fixed_seats": "Number of people with a fixed seat: {count}. Whether that is right was not checked.",
    "left_out": "Number of people who do not take part: {count}. Whether that is right was not checked.",
    "no_panel": "Number of people who fit in no panel: {count}. Whether that is right was not checked.",
    "fixed_sits": "Fixed seat: already in the panel. Number of people: {count}.",
    "fixed_invited": "Fixed seat: already drawn, and may still answer. Number of people: {count}.",
    "fixed_nominated": "Fixed seat: nominated, and so not drawn. Number of people: {count}.",
    "fixed_listed": "Fixed seat: on a list of who made the draw. Number of people: {count}.",
    "out_declined": "Does not take part: was drawn, and said no. Number of people: {count}.",
    "out_lapsed": "Does not take part: was drawn, and did not answer. Number of people: {count}.",
    "out_left": "Does not take part: was in the panel, and stopped. Number of people: {count}.",
    "out_no_reserve": "Does not take part: does not want to step in. Number of people: {count}.",
    "out_withdrawn": "Does not take part: withdrew after the list was fixed. Number of people: {count}.",
    "out_removed": "Does not take part: was taken off the fixed list. Number of people: {count}.",
    "out_listed": "Does not take part: on a list of who made the draw. Number of people: {count}.",
    "out_no_panel": "Fits in no panel, because of quotas or a housemate. Number of people: {count}.",
    "earlier_missing": "Whether those with a seat were really drawn before. Give that draw with --eerder.",
    "earlier_alone": "The witnesses and the list of the earlier draw. Check that draw by itself too.",
    "balls_ignored": "The balls were fixed too late. That is why they count as 0.",
    "closed": "The data of those who withdrew after the list was fixed. Number of people: {count}.",
    "closed_seated": "To which quotas their seats in the panels belong. Number of seats: {count}.",
    # what holds
    "files": "All {count} files are unchanged.",
    "manifest": "The manifest is well written. Fingerprint: {commitment}.",
    "panels": "Number of panels: {panels}. Members per panel: {size}. No code is there twice.",
    "histogram": "The chances add up. {people} people can be drawn: chance {least} to {most}.",
    "log": "At least {count} witnesses signed in time: {moment} at the latest.",
    "beacon": "The signature of round {round} is right ({chain}).",
    "result": "From the public number follows panel {panel}. The codes of that panel are right.",
    "pool": "All {people} registrations fit what was fixed.",
    "quotas": "All {panels} panels keep all {quotas} quotas and the other rules.",
    "frequencies": "The chances per person follow from the panels.",
    "earlier": "Who has a seat already was drawn before, or sat there then. Number of people: {count}.",
    "shortfall": "Nobody is more than {short} of the {panels} panels below the fair chance.",
    "receipt": "You take part. You are in {found} of the {panels} panels. Your chance is {chance}.",
    "receipt_drawn": "You were drawn.",
    "receipt_not_drawn": "You were not drawn.",
}
REASONS = {
    "fout-gevonden-voor-de-loting": "a mistake was found beforehand",
    "fout-in-de-pool": "there was a mistake in the pool",
    "fout-in-het-lotingsgetal": "there was a mistake in the public number",
    "fout-in-de-lijst-met-aanmeldingen": "there was a mistake in the list of registrations",
    "lotingsgetal-bleef-uit": "the public number did not come for seven days",
    "uitslag-afgekeurd": "the checking program refused the result for everybody",
    "te-weinig-getuigen": "too few witnesses signed in time",
    "lotingsgetal-kwam-toch": "the first public number came after all",
}
CONCLUSIONS = {
    0: "Accepted.",
    1: "Refused.",
    3: "What we could check is right. But not everything was checked.",
    4: "Everything is right.",
}
PRACTICE_SENTENCE = (
    "This is a practice chain: the number was known beforehand. This result proves nothing about fairness."
)
PRACTICE_BANNER = f"*** PRACTICE CHAIN *** {PRACTICE_SENTENCE}"
# words inside the sentences, and how numbers are written
WORDS = {
    "nl": {
        "everybody": "iedereen",
        "percent": " %",
        "point": ",",
        "practice": "oefenketen",
        "receipt": "het bewijs van aanmelding",
    },
    "en": {
        "everybody": "everybody",
        "percent": "%",
        "point": ".",
        "practice": "practice chain",
        "receipt": "your receipt",
    },
}
HERE = {
    "nl": {
        "beacon_unchecked": (
            "Lotingsgetal: handtekening niet gecontroleerd. Het rekenprogramma was niet op te halen."
        ),
        "witnesses_unchecked": (
            "Getuigen: handtekening niet gecontroleerd. Daarvoor is een nieuwere browser nodig."
        ),
    },
    "en": {
        "beacon_unchecked": "Public number: signature not checked. The program for it could not be fetched.",
        "witnesses_unchecked": "Witnesses: signature not checked. A newer browser is needed for that.",
    },
}
