using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq.Expressions;
using MlOps.Datasets;

namespace MlOps.Providers;

/// <summary>Converts the values of properties to the numbers and texts of a <see cref="RowBatch"/>.</summary>
/// <remarks>
/// A Boolean is 0 or 1. A date or a time is the number of seconds since 1970-01-01 in UTC; a time without an offset is interpreted as UTC. A duration or a time
/// of day is a number of seconds. An enum is the text of its name.
/// </remarks>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "HasValue, Value and TotalSeconds are used here, and are therefore kept.")]
[UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "The method has no requirements for its type parameter.")]
internal static class RowValue
{
    private static readonly HashSet<Type> s_numbers =
    [
        typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(Half),
        typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeSpan), typeof(TimeOnly),
    ];

    /// <summary>Determines whether a type becomes a text; <see langword="null"/> if the type is not supported.</summary>
    public static bool? IsText(Type type) => type == typeof(string) || type.IsEnum ? true : s_numbers.Contains(type) ? false : null;

    /// <summary>Converts a boxed value to a number.</summary>
    public static double ToNumber(object? value) => value switch
    {
        null => RowBatch.Missing,
        bool flag => flag ? 1 : 0,
        Half half => (double)half,
        DateTime time => Seconds(time),
        DateTimeOffset time => Seconds(time),
        DateOnly date => Seconds(date),
        TimeSpan duration => duration.TotalSeconds,
        TimeOnly time => Seconds(time),
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };

    /// <summary>Creates the expression of a value as a number.</summary>
    /// <param name="value">An expression of a supported type or of its nullable form.</param>
    public static Expression ToNumber(Expression value)
    {
        if (Nullable.GetUnderlyingType(value.Type) is not null)
        {
            return Expression.Condition(
                Expression.Property(value, "HasValue"), ToNumber(Expression.Property(value, "Value")), Expression.Constant(RowBatch.Missing));
        }

        return value.Type switch
        {
            var type when type == typeof(bool) => Expression.Condition(value, Expression.Constant(1.0), Expression.Constant(0.0)),
            var type when type == typeof(DateTime) => Call<DateTime>(Seconds, value),
            var type when type == typeof(DateTimeOffset) => Call<DateTimeOffset>(Seconds, value),
            var type when type == typeof(DateOnly) => Call<DateOnly>(Seconds, value),
            var type when type == typeof(TimeSpan) => Expression.Property(value, nameof(TimeSpan.TotalSeconds)),
            var type when type == typeof(TimeOnly) => Call<TimeOnly>(Seconds, value),
            var type when type == typeof(double) => value,
            _ => Expression.Convert(value, typeof(double)),
        };
    }

    /// <summary>Creates the expression of a value as a text.</summary>
    /// <param name="value">An expression of a text, an enum, or a nullable enum.</param>
    [RequiresDynamicCode("It creates methods for enums.")]
    public static Expression ToText(Expression value)
    {
        if (Nullable.GetUnderlyingType(value.Type) is not null)
        {
            return Expression.Condition(
                Expression.Property(value, "HasValue"), ToText(Expression.Property(value, "Value")), Expression.Constant(null, typeof(string)));
        }

        return value.Type == typeof(string)
            ? value
            : Expression.Call(new Func<DayOfWeek, string>(NameOf).Method.GetGenericMethodDefinition().MakeGenericMethod(value.Type), value);
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => Enum.GetName(value) ?? value.ToString();

    private static double Seconds(DateTime time) => Seconds(
        new DateTimeOffset(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc)));

    private static double Seconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond;

    private static double Seconds(DateOnly date) => (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400.0;

    private static double Seconds(TimeOnly time) => time.ToTimeSpan().TotalSeconds;

    private static MethodCallExpression Call<T>(Func<T, double> method, Expression value) => Expression.Call(method.Method, value);
}
