using System.Text.Json.Serialization;

namespace ScoringService.Predictions;

/// <summary>One row of the input of the model: ten measurements of the cell nuclei in an image, each as mean, standard error and worst value.</summary>
/// <remarks>
/// A property maps to the column with its name: <c>MeanRadius</c> to <c>mean_radius</c>. The properties are nullable, so that validation reports missing
/// values together with all other violations.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class TumorMeasurements
{
    public float? MeanRadius { get; init; }

    public float? MeanTexture { get; init; }

    public float? MeanPerimeter { get; init; }

    public float? MeanArea { get; init; }

    public float? MeanSmoothness { get; init; }

    public float? MeanCompactness { get; init; }

    public float? MeanConcavity { get; init; }

    public float? MeanConcavePoints { get; init; }

    public float? MeanSymmetry { get; init; }

    public float? MeanFractalDimension { get; init; }

    public float? RadiusError { get; init; }

    public float? TextureError { get; init; }

    public float? PerimeterError { get; init; }

    public float? AreaError { get; init; }

    public float? SmoothnessError { get; init; }

    public float? CompactnessError { get; init; }

    public float? ConcavityError { get; init; }

    public float? ConcavePointsError { get; init; }

    public float? SymmetryError { get; init; }

    public float? FractalDimensionError { get; init; }

    public float? WorstRadius { get; init; }

    public float? WorstTexture { get; init; }

    public float? WorstPerimeter { get; init; }

    public float? WorstArea { get; init; }

    public float? WorstSmoothness { get; init; }

    public float? WorstCompactness { get; init; }

    public float? WorstConcavity { get; init; }

    public float? WorstConcavePoints { get; init; }

    public float? WorstSymmetry { get; init; }

    public float? WorstFractalDimension { get; init; }
}
