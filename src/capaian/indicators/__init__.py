"""The indicator types that come with capaian: plugins like any stranger's, found by entry point.

* `time_based`: how long cases took, open cases counted;
* `count_based`: how much was done, for the time in post;
* `survey_based`: what people answered;
* `rating_based`: what an appraiser said, in the policy's own words;
* `moderation`: corrections within limits, with author and reason.
"""
