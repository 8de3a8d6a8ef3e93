"""The addresses of the hr room. Paths are Norwegian, names English."""

from django.urls import URLPattern, path

from hr.views import control, entry, register, sick_leave, staff

app_name = "hr"

urlpatterns: list[URLPattern] = [
    path("sykefravaer/", sick_leave.newest_year, name="sick_leave"),
    path("sykefravaer/<int:year>/", sick_leave.show_year, name="sick_leave_year"),
    path("sykefravaer/<int:year>/rammeomrade/<int:number>/", sick_leave.show_area, name="sick_leave_area"),
    path("sykefravaer/<int:year>/enhet/<str:code>/", sick_leave.show_unit, name="sick_leave_unit"),
    path("sykefravaer/<int:year>/register/", register.show_register, name="sick_leave_register"),
    path("sykefravaer/rad/ny/", entry.SICK_LEAVE.new_view(), name="sick_leave_new"),
    path("sykefravaer/rad/<int:pk>/", entry.SICK_LEAVE.edit_view(), name="sick_leave_row"),
    path("sykefravaer/enhet/ny/", entry.ENHET.new_view(), name="unit_new"),
    path("sykefravaer/mal/", register.show_targets, name="sick_leave_targets"),
    path("sykefravaer/mal/ny/", entry.TARGET.new_view(), name="sick_leave_target_new"),
    path("sykefravaer/mal/<int:pk>/", entry.TARGET.edit_view(), name="sick_leave_target"),
    path("personal/", staff.show_staff, name="staff"),
    path("personal/ny/", entry.STAFF.new_view(), name="staff_figure_new"),
    path("personal/<int:pk>/", entry.STAFF.edit_view(), name="staff_figure"),
    path("internkontroll/", control.newest_control, name="control"),
    path("internkontroll/<int:year>/", control.show_control, name="control_year"),
    path("internkontroll/<int:year>/virksomhet/<str:code>/", control.show_checklist, name="checklist"),
    path("internkontroll/punkt/ny/", entry.CONTROL_ITEM.new_view(), name="control_item_new"),
    path("internkontroll/punkt/<int:pk>/", entry.CONTROL_ITEM.edit_view(), name="control_item"),
    path("internkontroll/svar/ny/", entry.ANSWER.new_view(), name="checklist_answer_new"),
    path("internkontroll/svar/<int:pk>/", entry.ANSWER.edit_view(), name="checklist_answer"),
]
