using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Tracking;

/// <summary>Public data to train on.</summary>
internal static class RealData
{
    public const int Measures = 30;

    /// <summary>Loads the Wisconsin breast cancer data.</summary>
    public static IDataView LoadTumours(MLContext context, string part = "train") => context.Data.LoadFromEnumerable(
        File.ReadLines(IrisModel.PathTo($"breast_cancer_rf.{part}.csv")).Skip(1).Select(static line =>
        {
            var values = Array.ConvertAll(line.Split(','), static cell => float.Parse(cell, CultureInfo.InvariantCulture));
            return new Tumour { Features = values[..Measures], Label = values[Measures] > 0, Radius = values[0] };
        }).ToArray());

    /// <summary>Loads 20,000 flights, labelled by whether they were late by more than a quarter of an hour.</summary>
    public static IDataView LoadFlights(MLContext context) => context.Data.LoadFromEnumerable(
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "flights-20k.csv")).Skip(1).Select(static line =>
        {
            var cells = line.Split(',');
            return new Flight
            {
                Hour = float.Parse(cells[0].AsSpan(11, 2), CultureInfo.InvariantCulture),
                Delay = float.Parse(cells[1], CultureInfo.InvariantCulture),
                Distance = float.Parse(cells[2], CultureInfo.InvariantCulture),
                Origin = cells[3],
                Label = float.Parse(cells[1], CultureInfo.InvariantCulture) > 15,
            };
        }).ToArray());

    internal sealed class Tumour
    {
        [VectorType(Measures)]
        public float[] Features { get; init; } = [];

        public bool Label { get; init; }

        public float Radius { get; init; }
    }

    internal sealed class Flight
    {
        public float Hour { get; init; }

        public float Delay { get; init; }

        public float Distance { get; init; }

        public string Origin { get; init; } = "";

        public bool Label { get; init; }
    }
}
