namespace MlOps.Monitoring.Windows;

/// <summary>The row types of the tests.</summary>
internal sealed class Customer
{
    public double Age { get; set; }

    public string? Country { get; set; }
}

internal sealed class Score
{
    public double Value { get; set; }
}
