using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Predicts from named tensors, row by row.</summary>
internal static class TensorPrediction
{
    /// <exception cref="ArgumentException">The tensors do not fit the model. The message lists all faults.</exception>
    public static IReadOnlyDictionary<string, ModelTensor> Run(IRowToRowMapper mapper, IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        var outputs = PipelineColumns.FindOutputs(mapper).Where(static output => output.Type is not null).ToArray();
        var columns = PipelineColumns.FindInputs(mapper, outputs);
        var count = TensorInputs.RequireFit(columns, inputs);
        var row = new InputRow(mapper.InputSchema);
        foreach (var column in columns)
        {
            row.SetGetter(column.Column, TensorInputs.CreateGetter(row, column, inputs[column.Name], count));
        }

        using var result = mapper.GetRow(row, outputs.Select(static output => output.Column));
        var collectors = outputs.Select(output => TensorCollector.Create(result, output, count)).ToArray();
        for (var i = 0; i < count; i++)
        {
            row.Advance();
            foreach (var collector in collectors)
            {
                collector.Collect();
            }
        }

        return collectors.ToDictionary(static collector => collector.Column.Name, static collector => collector.ToTensor(), StringComparer.Ordinal);
    }
}
