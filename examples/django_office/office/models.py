"""What the office knows, and what was found. capaian brings no models: these are yours."""

from django.db import models


class Complaint(models.Model):
    """A complaint; one that nobody has answered yet has no `answered`."""

    nip = models.CharField(max_length=18, db_index=True)
    received = models.DateTimeField(db_index=True)
    answered = models.DateTimeField(null=True)


class Service(models.Model):
    """A service, with the points that it is worth."""

    nip = models.CharField(max_length=18, db_index=True)
    served = models.DateField(db_index=True)
    points = models.DecimalField(max_digits=6, decimal_places=2)


class SurveyForm(models.Model):
    """A citizen's answers from 1 to 4; a question that was not answered is empty."""

    nip = models.CharField(max_length=18, db_index=True)
    answered = models.DateField(db_index=True)
    u1 = models.PositiveSmallIntegerField(null=True)
    u2 = models.PositiveSmallIntegerField(null=True)
    u3 = models.PositiveSmallIntegerField(null=True)


class Result(models.Model):
    """An employee's score in a period, by one edition of a policy.

    The identifier is text: 18 digits do not fit a number of JavaScript. The score is a decimal;
    where there is none it is empty, never zero, and `status` says why.
    """

    nip = models.CharField(max_length=18)
    period = models.CharField(max_length=32)
    policy = models.CharField(max_length=64)
    edition = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    band = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=32)
    document = models.JSONField()
    texts = models.JSONField()

    class Meta:
        """One result for each employee, period and edition."""

        constraints = (
            models.UniqueConstraint(
                fields=["nip", "period", "policy", "edition"], name="one_result_each"
            ),
        )
