from django import forms

from clinic.models import Patient
from detector.integrations.django import CommentField


class PatientForm(forms.ModelForm):
    class Meta:
        model = Patient
        fields = ("nom", "commentaire")
        field_classes = {"commentaire": CommentField}  # noqa: RUF012  as Django has it
