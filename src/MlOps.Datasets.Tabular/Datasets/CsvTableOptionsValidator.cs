using Microsoft.Extensions.Options;

namespace MlOps.Datasets;

/// <summary>Validates the dialect of CSV files.</summary>
internal sealed class CsvTableOptionsValidator : IValidateOptions<CsvTableOptions>
{
    private const string Section = "MlOps:Datasets:Csv";

    public ValidateOptionsResult Validate(string? name, CsvTableOptions options)
    {
        var faults = FindFaults(options).Select(static fault => $"{Section}:{fault.Name} is {fault.Message}").ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Finds the options with invalid values.</summary>
    public static IEnumerable<(string Name, string Message)> FindFaults(CsvTableOptions options)
    {
        if (options.Delimiter is { } delimiter && !CsvHeaderPosition.CanDelimit(delimiter))
        {
            yield return (
                nameof(options.Delimiter),
                $"'{delimiter}', which cannot separate fields. "
                    + "Set it to a character such as ';' that is neither a letter, a digit, a quotation mark nor a line break.");
        }

        if (options.DecimalSeparator is not ('.' or ','))
        {
            yield return (nameof(options.DecimalSeparator), $"'{options.DecimalSeparator}'. Set it to '.' or ','.");
        }

        if (options.NullTexts?.All(static text => text is not null) != true)
        {
            yield return (nameof(options.NullTexts), "null or contains null. Set it to a list of texts, which may be empty.");
        }

        if (!Enum.IsDefined(options.DuplicateNames))
        {
            yield return (nameof(options.DuplicateNames), $"{options.DuplicateNames}. Set it to {string.Join(" or ", Enum.GetNames<CsvDuplicateNames>())}.");
        }
    }
}
