/// <summary>The input of a prediction: the measurements of a day.</summary>
internal sealed class Day
{
    /// <summary>Gets or sets the precipitation, in mm.</summary>
    public float Precipitation { get; set; }

    /// <summary>Gets or sets the highest temperature, in °C.</summary>
    public float TempMax { get; set; }

    /// <summary>Gets or sets the lowest temperature, in °C.</summary>
    public float TempMin { get; set; }

    /// <summary>Gets or sets the wind speed, in m/s.</summary>
    public float Wind { get; set; }
}
