"""What diagnoses say, in English; the Indonesian is in the catalogue."""

from __future__ import annotations

from capaian.translation import N_

TITLES = {
    "order": N_("stamps in an impossible order"),
    "recorded_before": N_("recorded before it happened"),
    "after_cutoff": N_("stamps after the cut-off"),
    "late_recording": N_("recorded long after"),
    "same_instant": N_("acts of one person with the same stamp"),
    "recorded_together": N_("rows of one person recorded at the same instant"),
    "recorded_at_end": N_("recorded long after, around the end of the period"),
    "no_time": N_("cases that took no time at all"),
    "off_hours": N_("acts outside working hours"),
    "digits": N_("round minutes"),
    "bunching": N_("cases closed just inside the limit"),
    "last_minute": N_("acts in the last part of the period"),
    "duplicates": N_("rows that are alike"),
    "left_out": N_("rows that the rule leaves out"),
    "kind_share": N_("cases of one kind, earlier and later in the period"),
    "handed_over": N_("cases handed over just before their limit"),
    "shape": N_("times before and after the announcement"),
    "score_bunching": N_("scores just above a band's limit"),
    "score_heaping": N_("scores at exactly a band's limit"),
    "straight": N_("forms with one answer throughout"),
    "identical": N_("forms that are alike"),
    "bursts": N_("forms that came in close upon one another"),
}
"""What was looked at, by check."""

WHAT = {
    "order": N_("{observed} of {n} rows stop before they start. Such a row cannot be right."),
    "recorded_before": N_(
        "{observed} of {n} rows were recorded before what they record. Such a row cannot be right."
    ),
    "after_cutoff": N_(
        "{observed} of {n} rows bear a stamp after the cut-off. Either the table was drawn up "
        "after it, or the stamp is wrong."
    ),
    "late_recording": N_(
        "{observed} of {n} rows were recorded more than {days} days after what they record; half "
        "of all within {median} days."
    ),
    "same_instant": N_(
        "{observed} pairs of acts of one person bear the very same stamp; {expected} would by "
        "chance, with stamps in steps of {step} seconds. Excess {excess} ({low} to {high}). Acts "
        "entered together look like this too."
    ),
    "recorded_together": N_(
        "{observed} pairs of rows of one person were recorded at the very same instant; {expected} "
        "would by chance, with stamps in steps of {step} seconds. Excess {excess} ({low} to "
        "{high}). Rows that a machine takes over in one go, or that are typed in after the work "
        "from notes, look like this too."
    ),
    "recorded_at_end": N_(
        "Of {n} rows recorded more than {days} days after what they record, {observed} were "
        "recorded around the end of the period (the last {share} of it, and as long after it); "
        "{expected} would if rows came in late at any time alike. Excess {excess} ({low} to "
        "{high}). Who brings the books up to date before they close looks like this too."
    ),
    "no_time": N_(
        "{observed} of {n} cases stop in the very step of the clock in which they start; "
        "{expected} would if they were as frequent as in the {steps} steps after it. Excess "
        "{excess} ({low} to {high})."
    ),
    "off_hours": N_(
        "{observed} of {n} acts are stamped outside working hours. Duty outside hours, and "
        "machines, look like this too."
    ),
    "digits": N_(
        "{observed} of {n} stamps have a minute that ends in 0 or 5; {expected} would where "
        "stamps are made by a clock. Excess {excess} ({low} to {high}): stamps typed by hand look"
        " like this."
    ),
    "bunching": N_(
        "{observed} cases were closed in the last {unit} up to the limit of {limit}; a smooth run"
        " of its neighbours has {expected}. Excess {excess} ({low} to {high}); in the {unit} "
        "after the limit {missing} are missing. People who work towards a limit, and stamps that "
        "are moved to it, look alike."
    ),
    "last_minute": N_(
        "{observed} of {n} acts fall into the last {share} of the period's time; {expected} would"
        " if they were spread by {exposure}. Excess {excess} ({low} to {high}). Work that waited"
        " over holidays looks like this too."
    ),
    "duplicates": N_(
        "{observed} of {n} rows are like an earlier row in every column but those that number the"
        " rows ({aside}); {loosely} are where capitals, spaces and punctuation are left aside. "
        "Several of one kind on one day look like this too."
    ),
    "left_out": N_(
        "{observed} of {n} rows are left out by the rule's own conditions. A case that is "
        "cancelled or put elsewhere no longer counts: see which units leave out more than others."
    ),
    "kind_share": N_(
        "In the later half of the period {observed} of {n} cases are of the kind "
        "'{kind}'; {expected} would be with the share of the earlier half ({share}). Excess "
        "{excess} ({low} to {high}). Seasons, new services and a new way of putting cases down "
        "change shares too."
    ),
    "handed_over": N_(
        "{observed} of {n} cases that were handed over were so in the last {unit} up to the limit "
        "of {limit}; as many open cases had {expected} at the age of their neighbours. Excess "
        "{excess} ({low} to {high}). A case that is found to belong elsewhere when its limit comes "
        "near looks like this too."
    ),
    "shape": N_(
        "Times of {before} cases that came in before the announcement and {after} after it lie "
        "{observed} apart (largest distance of the distributions, p = {p}); their medians moved by "
        "{shift} days ({shift_low} to {shift_high}). People who have learnt, and other cases than "
        "before, look like this too."
    ),
    "score_bunching": N_(
        "{observed} scores lie in the first {width} points from {limit} up; a smooth run of the "
        "scores around it has {expected}. Excess {excess} ({low} to {high}); just below {missing}"
        " are missing."
    ),
    "score_heaping": N_(
        "{observed} of {n} scores are exactly {limit}; scores as round as that one make {expected}"
        " likely (those {stride} points apart). Excess {excess} ({low} to {high}). Where a score "
        "is made of few cases or of whole marks it falls on some numbers by itself."
    ),
    "straight": N_(
        "{observed} of {n} complete forms have one answer throughout; people whose answers hang "
        "together would make {expected} (independent answers: {independent}). Excess {excess} "
        "({low} to {high}). People who use one number for everything are found in every survey."
    ),
    "identical": N_(
        "{observed} pairs of forms of one unit are alike; people whose answers hang together would "
        "make {expected} (independent answers: {independent}). Excess {excess} ({low} to {high}). "
        "People who were served alike answer alike."
    ),
    "bursts": N_(
        "{observed} of {n} forms came in within {within} seconds of another of the same {source}; "
        "{expected} would if the forms of an hour came at any time of it. Excess {excess} ({low} "
        "to {high}). People who are asked together, and forms on paper that are typed in later, "
        "look like this too."
    ),
}
"""What was seen and expected, by check."""

POWER = {
    "": N_("Half as many again would have been seen with a probability of {power}."),
    "shape": N_(
        "A shift of half a standard deviation would have been seen with a probability of {power}."
    ),
}
"""What could have been seen."""

CLOSING = N_(
    "These are questions, not findings against anybody. No score changes by them. Ask how the "
    "work was recorded before asking who recorded it."
)
SCREENED_UNITS = N_(
    "{place} · {check}: {flagged} of {count} units are flagged; {alone} have p < {alpha} by "
    "themselves, and {chance} are expected by chance. People of a flagged unit are held against "
    "what their whole unit shows."
)
SCREENED = N_(
    "{place} · {check}: {flagged} of {count} subjects are flagged, of which chance alone makes "
    "{share} or fewer on average; {alone} have p < {alpha} by themselves, and {chance} are "
    "expected by chance. A flag is a question, and no finding against anybody."
)
INCOMPLETE = N_("{place}: {count} incomplete forms were not counted.")
NO_GIVER = N_(
    "{table}: no column says who handed a case over; hand-overs were looked at of all together."
)
NO_LIMIT = N_("{table}: no limit in whole units; hand-overs were not looked at.")
ONE_HALF = N_("{place}: one half of the period has no cases; the halves were not compared.")
NO_ARRIVALS = N_(
    "{place}: no column says to the minute when its forms came in; bursts were not looked at."
)
NO_STAMPS = N_("No indicator reads stamps: their order, hours and digits were not looked at.")
UNUSABLE = N_("{table}: values that cannot be read were left out ({told}).")
NOT_OVER = N_("The period was not over at the cut-off: its last part was not looked at.")
NOT_RECORDED = N_("No table says when its rows were recorded: backdating was not looked at.")
FEW_SCORES = N_("There are fewer than {least} scores: none was looked at around a limit.")
PAUSED = N_("Cases with pauses were not looked at around their limit ({told}).")

WORKING_TIME, CALENDAR_TIME = N_("working time"), N_("the calendar")
SOURCES = {"subject": N_("subject"), "device": N_("device")}
UNITS = {"minute": N_("minute"), "hour": N_("hour"), "day": N_("day")}
