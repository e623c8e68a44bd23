using System.Collections;
using System.Globalization;
using System.Reflection;

namespace MlOps.Tracking;

/// <summary>Records the options of trainers.</summary>
public static class TrainerOptionsExtensions
{
    /// <summary>Records what a trainer is set to, one parameter for each public field and property with a number, boolean, text, enumeration, time or a list of such.</summary>
    /// <remarks>Options that are not set (<see langword="null"/>) are left out, as are those that are objects themselves, such as loss functions.</remarks>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="options">The options, such as an <c>SdcaLogisticRegressionBinaryTrainer.Options</c>.</param>
    /// <param name="prefix">What the names of the parameters begin with, such as <c>trainer.</c>.</param>
    /// <param name="cancellationToken">Cancels the call before they are recorded.</param>
    public static Task LogTrainerOptionsAsync(this IRun run, object options, string prefix = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(prefix);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Read(options))
        {
            if (Describe(value) is { } text)
            {
                parameters[prefix + name] = text;
            }
        }

        return run.ChangeAsync(new RunChange { Parameters = parameters }, cancellationToken);
    }

    private static IEnumerable<(string Name, object? Value)> Read(object options)
    {
        var type = options.GetType();
        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => (field.Name, field.GetValue(options)));
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(static property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .Select(property => (property.Name, property.GetValue(options)));
        return fields.Concat(properties);
    }

    private static string? Describe(object? value) => value switch
    {
        string text => text,
        Enum or TimeSpan => value.ToString(),
        IConvertible or DateTimeOffset => Convert.ToString(value, CultureInfo.InvariantCulture),
        IEnumerable list => DescribeAll(list),
        _ => null,
    };

    private static string? DescribeAll(IEnumerable list)
    {
        string?[] texts = [.. list.Cast<object?>().Select(static item => item is IEnumerable and not string ? null : Describe(item))];
        return Array.Exists(texts, static text => text is null) ? null : string.Join(", ", texts);
    }
}
