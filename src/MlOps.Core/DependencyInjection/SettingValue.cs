using System.Globalization;
using System.Numerics;

namespace MlOps.DependencyInjection;

/// <summary>Validates the text of single values, and describes the allowed values of a type.</summary>
internal static class SettingValue
{
    private static readonly Dictionary<Type, (string Expected, string Example, Func<string, bool> Holds)> s_types = new()
    {
        [typeof(string)] = ("a string", "\"…\"", static _ => true),
        [typeof(char)] = ("one character", "\";\"", static text => text.Length == 1),
        [typeof(bool)] = ("true or false", "true", static text => bool.TryParse(text, out _)),
        [typeof(TimeSpan)] = (
            "a time as hours:minutes:seconds, such as \"00:00:05\" for five seconds",
            "\"00:00:05\"",
            static text => text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _)),
        [typeof(Uri)] = ("a URL, such as \"https://example.com\"", "\"https://example.com\"", static text =>
            Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _)),
        [typeof(Guid)] = ("a GUID", "\"00000000-0000-0000-0000-000000000000\"", static text => Guid.TryParse(text, out _)),
        [typeof(Version)] = ("a version, such as \"1.0\"", "\"1.0\"", static text => Version.TryParse(text, out _)),
        [typeof(float)] = Number<float>(),
        [typeof(double)] = Number<double>(),
        [typeof(decimal)] = Number<decimal>(),
        [typeof(byte)] = Whole<byte>(),
        [typeof(sbyte)] = Whole<sbyte>(),
        [typeof(short)] = Whole<short>(),
        [typeof(ushort)] = Whole<ushort>(),
        [typeof(int)] = Whole<int>(),
        [typeof(uint)] = Whole<uint>(),
        [typeof(long)] = Whole<long>(),
        [typeof(ulong)] = Whole<ulong>(),
    };

    /// <summary>Determines whether the configuration binder converts a single string to the type.</summary>
    public static bool IsValue(Type type) =>
        type.IsEnum || type.IsPrimitive || s_types.ContainsKey(type) || type == typeof(byte[]) || type == typeof(CultureInfo)
        || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly);

    /// <summary>Finds the fault of a text that cannot be converted to a type.</summary>
    /// <returns>The fault and the remedy, or <see langword="null"/> if there is no fault or only the binder can validate the type.</returns>
    public static string? FindFault(Type type, string text)
    {
        if (type.IsEnum ? IsEnum(type, text) : !s_types.TryGetValue(type, out var known) || known.Holds(text))
        {
            return null;
        }

        // Do not show the value of a URL, because it may contain a password.
        return $"{(type == typeof(Uri) ? "is not a valid URL" : $"is {SettingText.Quote(text)}")}. Set it to {Describe(type)}.";
    }

    /// <summary>Describes the values of a type.</summary>
    public static string Describe(Type type)
    {
        if (type.IsEnum)
        {
            var names = Enum.GetNames(type);
            return names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
        }

        return s_types.TryGetValue(type, out var known) ? known.Expected : $"a value of type {type.Name}";
    }

    /// <summary>Gets an example value of a type as JSON.</summary>
    public static string GetExample(Type type) =>
        type.IsEnum ? $"\"{Enum.GetNames(type)[0]}\"" : s_types.TryGetValue(type, out var known) ? known.Example : "\"…\"";

    private static bool IsEnum(Type type, string text)
    {
        var names = Enum.GetNames(type);
        var values = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? text.Split(',') : [text];
        return values.All(value => names.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase));
    }

    private static (string Expected, string Example, Func<string, bool> Holds) Number<T>()
        where T : struct, INumber<T> =>
        ("a number, such as 0.5", "0.5", static text => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static (string Expected, string Example, Func<string, bool> Holds) Whole<T>()
        where T : struct, INumber<T>, IMinMaxValue<T> => (
            string.Create(CultureInfo.InvariantCulture, $"a whole number without a unit, from {T.MinValue} to {T.MaxValue}"),
            "1",
            static text => T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));
}
