using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Creates the getters of an input row from tensors.</summary>
internal static class TensorInputs
{
    private static readonly MethodInfo s_scalar = Method(nameof(Scalar));
    private static readonly MethodInfo s_vector = Method(nameof(Vector));
    private static readonly MethodInfo s_convert = Method(nameof(ConvertAll));

    /// <summary>Validates that tensors fit the model.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ArgumentException">The tensors do not fit. The message lists all faults.</exception>
    public static int RequireFit(ModelColumn[] columns, IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        var faults = new List<string>();
        var count = inputs.Values.OfType<ModelTensor>().Select(RowsOf).FirstOrDefault(-1);
        foreach (var column in columns)
        {
            if (!inputs.TryGetValue(column.Name, out var tensor) || tensor is null)
            {
                faults.Add($"input '{column.Name}' is missing; it requires {column.Describe()} for each row");
                continue;
            }

            if (!Conversions.Exists(tensor.Values.GetType().GetElementType()!, column.RawType))
            {
                faults.Add($"input '{column.Name}' requires {column.TypeName}, but the tensor has the type {tensor.Type}");
            }

            if (!FitsShape(column, tensor.Shape))
            {
                faults.Add($"input '{column.Name}' requires the shape {DescribeShape(column)}, but the tensor has [{string.Join(", ", tensor.Shape)}]");
            }
            else if (RowsOf(tensor) != count)
            {
                faults.Add($"input '{column.Name}' has {RowsOf(tensor)} rows, but the first input has {count}");
            }
        }

        var unknown = inputs.Keys.Where(name => !Array.Exists(columns, column => column.Name == name));
        var known = string.Join(", ", columns.Select(static column => $"'{column.Name}'"));
        faults.AddRange(unknown.Select(name => $"input '{name}' is unknown; the model has the inputs {known}"));
        return faults.Count == 0
            ? checked((int)count)
            : throw new ArgumentException(
                $"The inputs do not fit the model: {string.Join("; ", faults)}. Pass one tensor for each input, with rows as the first dimension.",
                nameof(inputs));
    }

    public static Delegate CreateGetter(InputRow row, ModelColumn column, ModelTensor tensor, int count)
    {
        var values = ConvertTo(tensor.Values, column);
        object[] arguments = column.IsVector ? [row, values, count == 0 ? 0 : values.Length / count] : [row, values];
        return (Delegate)(column.IsVector ? s_vector : s_scalar).MakeGenericMethod(column.RawType).Invoke(null, arguments)!;
    }

    /// <summary>Gets the number of rows in a tensor. A tensor without dimensions is one row.</summary>
    private static long RowsOf(ModelTensor tensor) => tensor.Shape.Count == 0 ? 1 : tensor.Shape[0];

    private static bool FitsShape(ModelColumn column, IReadOnlyList<long> shape)
    {
        if (shape.Count == 0)
        {
            return !column.IsVector;
        }

        if (!column.IsVector)
        {
            return shape.Count == 1 || (shape.Count == 2 && shape[1] == 1);
        }

        var fits = shape.Count == column.Dimensions.Count + 1;
        for (var index = 0; fits && index < column.Dimensions.Count; index++)
        {
            fits = column.Dimensions[index] == 0 || column.Dimensions[index] == shape[index + 1];
        }

        return fits;
    }

    private static string DescribeShape(ModelColumn column) => column.IsVector
        ? $"[rows, {string.Join(", ", column.Dimensions.Select(static length => length == 0 ? "any" : $"{length}"))}]"
        : "[rows]";

    private static Array ConvertTo(Array values, ModelColumn column)
    {
        var (from, to) = (values.GetType().GetElementType()!, column.RawType);
        if (from == to && column.Key is null)
        {
            return values;
        }

        var value = Expression.Parameter(from);
        var convert = Expression.Lambda(InputGetters.ConvertPresent(value, column), value).Compile();
        return (Array)s_convert.MakeGenericMethod(from, to).Invoke(null, [values, convert])!;
    }

    private static T[] ConvertAll<TFrom, T>(TFrom[] values, Func<TFrom, T> convert) => Array.ConvertAll(values, value => convert(value));

    private static ValueGetter<T> Scalar<T>(InputRow row, T[] values) => (ref T target) => target = values[row.Position];

    private static ValueGetter<VBuffer<T>> Vector<T>(InputRow row, T[] values, int size) => (ref VBuffer<T> target) =>
    {
        var editor = VBufferEditor.Create(ref target, size);
        values.AsSpan((int)row.Position * size, size).CopyTo(editor.Values);
        target = editor.Commit();
    };

    private static MethodInfo Method(string name) => typeof(TensorInputs).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
