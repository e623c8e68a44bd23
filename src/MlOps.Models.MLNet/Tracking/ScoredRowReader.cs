using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Tracking;

/// <summary>Reads columns of scored data as numbers, row by row.</summary>
internal static class ScoredRowReader
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Reads columns of numbers, Booleans or keys. The first value of a key is 0, and a missing key is NaN.</summary>
    /// <returns>The values of each row in the order of the columns. The array is reused for the next row.</returns>
    /// <exception cref="ArgumentException">The data does not have a column, or the column has an unsupported type.</exception>
    public static IEnumerable<double[]> Read(IDataView scored, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var columns = names.Select(name => Find(scored, name)).ToArray();
        using var cursor = scored.GetRowCursor(columns);
        var getters = Array.ConvertAll(columns, column => CreateGetter(cursor, column));
        var values = new double[columns.Length];
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            for (var i = 0; i < values.Length; i++)
            {
                values[i] = getters[i]();
            }

            yield return values;
        }
    }

    private static DataViewSchema.Column Find(IDataView scored, string name)
    {
        if (scored.Schema.GetColumnOrNull(name) is { } column)
        {
            return column;
        }

        var names = scored.Schema.Where(static column => !column.IsHidden).Select(static column => $"'{column.Name}'");
        throw new ArgumentException(
            $"The scored data has no column '{name}', only {string.Join(", ", names)}. Pass the output of Transform of the model. "
            + $"If its columns have other names, set them in {nameof(EvaluationOptions)}, for example {nameof(EvaluationOptions.LabelColumn)}.",
            nameof(scored));
    }

    private static Func<double> CreateGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is KeyDataViewType)
        {
            return CreateKeyGetter(row, column);
        }

        return column.Type.RawType switch
        {
            var type when type == typeof(bool) => Get<bool>(row, column, static value => value ? 1 : 0),
            var type when type == typeof(float) => Get<float>(row, column, static value => value),
            var type when type == typeof(double) => Get<double>(row, column, static value => value),
            _ => throw new ArgumentException(
                $"The column '{column.Name}' of the scored data has the type {new ModelColumn(column).Describe()}. "
                + "Specify a label and a score column with numbers, Booleans or keys.",
                nameof(column)),
        };
    }

    private static Func<double> CreateKeyGetter(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(byte) => Get<byte>(row, column, static key => FromKey(key)),
        var type when type == typeof(ushort) => Get<ushort>(row, column, static key => FromKey(key)),
        var type when type == typeof(uint) => Get<uint>(row, column, static key => FromKey(key)),
        _ => Get<ulong>(row, column, FromKey),
    };

    private static double FromKey(ulong key) => key == 0 ? double.NaN : key - 1;

    private static Func<double> Get<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> convert)
    {
        var get = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            get(ref value);
            return convert(value);
        };
    }
}
