from django.http import HttpResponse
from django.urls import path

from clinic.forms import PatientForm


def patient(request):
    form = PatientForm(request.POST or None)
    if form.is_valid():
        form.save()
        return HttpResponse("saved")
    return HttpResponse(form.as_p())


urlpatterns = [path("patient", patient)]
