import java.sql.Date;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;

/** A few of DB2's functions, for Derby. */
public class Db2 {
    public static Timestamp trunc(String part, Date date) {
        if (date == null) return null;
        LocalDate day = date.toLocalDate();
        switch (part) {
            case "year": day = day.withDayOfYear(1); break;
            case "quarter": day = day.withDayOfMonth(1).withMonth((day.getMonthValue() - 1) / 3 * 3 + 1); break;
            case "month": day = day.withDayOfMonth(1); break;
            case "week": day = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)); break;
            case "day": break;
            default: throw new IllegalArgumentException(part);
        }
        return Timestamp.valueOf(day.atStartOfDay());
    }

    public static Integer quarter(Date date) {
        return date == null ? null : (date.toLocalDate().getMonthValue() + 2) / 3;
    }

    public static Integer dayOfWeek(Date date) {
        return date == null ? null : date.toLocalDate().getDayOfWeek().getValue() % 7 + 1;
    }

    public static Integer dayOfWeekIso(Date date) {
        return date == null ? null : date.toLocalDate().getDayOfWeek().getValue();
    }

    public static Integer weekIso(Date date) {
        return date == null ? null : date.toLocalDate().get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    }

    public static String replace(String text, String from, String to) {
        return text == null || from == null || to == null ? null : text.replace(from, to);
    }

    public static String concat(String left, String right) {
        return left == null || right == null ? null : left + right;
    }

    public static Integer regexpLike(String text, String pattern) {
        return text == null || pattern == null ? null : java.util.regex.Pattern.compile(pattern).matcher(text).find() ? 1 : 0;
    }
}
