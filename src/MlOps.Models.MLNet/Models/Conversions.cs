using System.Linq.Expressions;
using System.Reflection;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Converts values between the types of the caller and the types of ML.NET. Conversions are lossless unless narrowing is allowed.</summary>
internal static class Conversions
{
    public static bool Exists(Type from, Type to, bool narrows = false) => Find(from, to, narrows) is not null;

    /// <summary>Determines whether numbers of a type can be rounded to another type, which must be a floating-point type.</summary>
    public static bool CanNarrow(Type from, Type to) => IsFloat(FeatureTypes.Find(to)) && IsNumber(FeatureTypes.Find(from));

    public static Expression Convert(Expression value, Type to, bool narrows = false) => Find(value.Type, to, narrows)!(value);

    private static Func<Expression, Expression>? Find(Type from, Type to, bool narrows) => (from, to) switch
    {
        _ when from == to => static value => value,
        _ when from == typeof(string) && to == typeof(ReadOnlyMemory<char>) => static value => Call(nameof(FromText), value),
        _ when from == typeof(ReadOnlyMemory<char>) && to == typeof(string) => static value => Call(nameof(ToText), value),
        _ when from == typeof(DateTimeOffset) && to == typeof(DateTime) => static value => Call(nameof(FromMoment), value),
        _ when from == typeof(DateTime) && to == typeof(DateTimeOffset) => static value => Call(nameof(ToMoment), value),
        _ when FeatureTypes.Find(from) is { } narrow && FeatureTypes.Find(to) is { } wide && FeatureTypes.CanRepresent(wide, narrow) =>
            value => Expression.Convert(value, to),
        _ when narrows && CanNarrow(from, to) => value => Expression.Convert(value, to),
        _ => null,
    };

    private static bool IsFloat(FeatureType? type) => type is FeatureType.Float32 or FeatureType.Float64;

    private static bool IsNumber(FeatureType? type) =>
        type is not (null or FeatureType.Boolean or FeatureType.String or FeatureType.DateTime or FeatureType.Binary);

    private static MethodCallExpression Call(string method, Expression value) =>
        Expression.Call(typeof(Conversions).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!, value);

    // As in rows of ML.NET, null becomes the empty text, which is the missing value.
    private static ReadOnlyMemory<char> FromText(string? text) => text.AsMemory();

    private static string ToText(ReadOnlyMemory<char> text) => text.ToString();

    private static DateTime FromMoment(DateTimeOffset moment) => moment.UtcDateTime;

    private static DateTimeOffset ToMoment(DateTime moment) => new(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
}
